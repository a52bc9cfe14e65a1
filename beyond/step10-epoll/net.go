// The same server in Go: a goroutine for each client, which waits for it as simply as step07 does.
//
// Run   CGO_ENABLED=0 go build -o goroutine beyond/step10-epoll/net.go && strace -f ./goroutine
// Read  https://pkg.go.dev/net
package main

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
)

func serve(connection net.Conn) {
	defer connection.Close()
	request := bufio.NewReader(connection)
	first, err := request.ReadString('\n')
	for line := first; err == nil && line != "\r\n"; {
		line, err = request.ReadString('\n')
	}
	words := strings.Fields(first)
	if err != nil || len(words) < 2 || words[0] != "GET" {
		return
	}
	file, err := os.Open("beyond/public/" + strings.ReplaceAll(words[1], "/", ""))
	if err != nil {
		fmt.Fprint(connection, "HTTP/1.0 404 Not Found\r\n\r\n")
		return
	}
	defer file.Close()
	about, err := file.Stat()
	if err == nil {
		fmt.Fprintf(connection, "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n", about.Size())
		io.Copy(connection, file)
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
