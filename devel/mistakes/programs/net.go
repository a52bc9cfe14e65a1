// earns: right
package main

import "net"

func main() {
	listener, err := net.Listen("tcp", ":8001")
	if err != nil {
		panic(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			continue
		}
		go func() {
			client.Write([]byte("hello world"))
			client.Close()
		}()
	}
}
