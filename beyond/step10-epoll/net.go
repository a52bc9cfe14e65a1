// The article's own design: Go, and a goroutine for each client. It waits for each as simply as step06.
//
// Run   go build -o article beyond/step09-epoll/article.go && strace -f ./article
// Read  https://pkg.go.dev/net
package main

import (
	"bufio"
	"log"
	"net"
	"time"
)

func serve(connection net.Conn) {
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(10 * time.Second))
	request := bufio.NewReader(connection)
	for {
		line, err := request.ReadString('\n')
		if err != nil {
			return
		}
		if line == "\r\n" { // the blank line that ends the request
			break
		}
	}
	if _, err := connection.Write([]byte("HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world")); err != nil {
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
