# The server of beyond/ as a Ruby programmer would write it, with a thread for each client.
# Read   https://docs.ruby-lang.org/en/master/TCPServer.html

require 'socket'

server = TCPServer.new('0.0.0.0', 8001)
loop do
  Thread.new(server.accept) do |client|
    client.gets("\r\n\r\n")
    client.write("HTTP/1.0 200 OK\r\nContent-Length: 11\r\n\r\nhello world")
  rescue SystemCallError => e
    warn e.message
  ensure
    client.close
  end
end
