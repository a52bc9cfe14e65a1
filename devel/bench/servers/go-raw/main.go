// The step05 server in Go, on raw system calls, with a goroutine per client.
// Read   https://pkg.go.dev/syscall
package main

import (
	"log"
	"syscall"
)

func serve(fd int) {
	defer syscall.Close(fd)
	if _, err := syscall.Write(fd, []byte("hello world")); err != nil {
		log.Print("write: ", err)
	}
}

func main() {
	listening, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		log.Fatal("socket: ", err)
	}
	if err := syscall.SetsockoptInt(listening, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		log.Fatal("setsockopt: ", err)
	}
	if err := syscall.Bind(listening, &syscall.SockaddrInet4{Port: 8001}); err != nil {
		log.Fatal("bind: ", err)
	}
	if err := syscall.Listen(listening, syscall.SOMAXCONN); err != nil {
		log.Fatal("listen: ", err)
	}
	for {
		connected, _, err := syscall.Accept(listening)
		if err != nil {
			log.Print("accept: ", err)
			continue
		}
		go serve(connected)
	}
}
