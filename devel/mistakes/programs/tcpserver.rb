# earns: right
require 'socket'
server = TCPServer.new('0.0.0.0', 8001)
loop do
  client = server.accept
  client.write('hello world')
rescue SystemCallError => e
  warn e.message
ensure
  client.close
end
