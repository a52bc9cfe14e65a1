# The step05 server as a Ruby programmer would write it.
# Read   https://docs.ruby-lang.org/en/master/TCPServer.html

require 'socket'

server = TCPServer.new('0.0.0.0', 8001)
loop do
  client = server.accept
  client.write('hello world')
rescue SystemCallError => e
  warn e.message
ensure
  client&.close
end
