// earns: run/error
package main

import "net"

func main() {
	listener, _ := net.Listen("tcp", ":8001")
	names := []string{"a", "b"}
	for i := 0; ; i++ {
		conn, _ := listener.Accept()
		conn.Write([]byte("hello world"))
		conn.Close()
		println(names[i])
	}
}
