// earns: right
package main

import "net"

func main() {
	listener, err := net.Listen("tcp", ":8001")
	for err == nil {
		client, err := listener.Accept()
		if err == nil {
			client.Write([]byte("hello world"))
			client.Close()
		}
	}
	panic(err)
}
