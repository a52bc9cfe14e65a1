// The article's kind of program: five raw calls, and a goroutine for each client. With the argument
// http it reads a request first, and sends the file that the path names, as step07 does.
//
// Run   CGO_ENABLED=0 go build -o goroutine beyond/step10-epoll/syscall.go && strace -f ./goroutine
// Read  https://pkg.go.dev/syscall
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path"
	"syscall"
)

func check(call string, err error) {
	if err != nil {
		log.Fatalf("%s: %s", call, err)
	}
}

func hello(client int) {
	defer syscall.Close(client)
	syscall.Write(client, []byte("hello world"))
}

func http(client int) {
	defer syscall.Close(client)
	request, length := make([]byte, 8192), 0
	for !bytes.Contains(request[:length], []byte("\r\n\r\n")) {
		n, err := syscall.Read(client, request[length:])
		if err != nil || n == 0 {
			return
		}
		length += n
	}
	name := "beyond/public/" + path.Base(string(bytes.Fields(request)[1]))
	file, err := syscall.Open(name, syscall.O_RDONLY, 0)
	if err != nil {
		syscall.Write(client, []byte("HTTP/1.0 404 Not Found\r\n\r\n"))
		return
	}
	defer syscall.Close(file)
	var about syscall.Stat_t
	syscall.Fstat(file, &about)
	head := fmt.Sprintf("HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n", about.Size)
	syscall.Write(client, []byte(head))
	syscall.Sendfile(client, file, nil, int(about.Size))
}

func main() {
	serve := hello
	if len(os.Args) > 1 {
		serve = http
	}
	listening, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	check("socket", err)
	check("setsockopt", syscall.SetsockoptInt(listening, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	check("bind", syscall.Bind(listening, &syscall.SockaddrInet4{Port: 8001}))
	check("listen", syscall.Listen(listening, syscall.SOMAXCONN))
	for {
		client, _, err := syscall.Accept(listening)
		if err == nil {
			go serve(client)
		}
	}
}
