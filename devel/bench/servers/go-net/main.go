// The step05 server as a Go programmer would write it, with a goroutine per client.
// Read   https://pkg.go.dev/net
package main

import (
	"log"
	"net"
)

func serve(connection net.Conn) {
	defer connection.Close()
	if _, err := connection.Write([]byte("hello world")); err != nil {
		log.Print(err)
	}
}

func main() {
	listener, err := net.Listen("tcp4", "0.0.0.0:8001")
	if err != nil {
		log.Fatal(err)
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			log.Print(err)
			continue
		}
		go serve(connection)
	}
}
