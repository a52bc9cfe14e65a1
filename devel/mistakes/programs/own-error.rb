# earns: run/error
require "socket"
server = TCPServer.new("0.0.0.0", 8001)
loop do
  client = server.accept
  client.write "hello world"
  client.close
  puts "served #{client.peer}"
end
