#!/usr/bin/env ruby
# Asks a server COUNT times, INTERVAL seconds apart, and prints what it sends until it closes.
#
# Run   ruby clients/client.rb [HOST [PORT [COUNT [INTERVAL]]]]
# Exit  0 every request was answered, 1 one failed, 2 wrong arguments
require 'socket'

%w[INT PIPE].each { |name| trap(name, 'SYSTEM_DEFAULT') } # without a backtrace
host, *numbers = ARGV + %w[localhost 8001 5 1].drop(ARGV.size)
valid = numbers.join(' ').match?(/\A\d+ \d+ \d+(\.\d*)?\z/) && host.match?(/\A[^-]/)
port, count, interval = numbers.map(&:to_f)
unless valid && port <= 65_535 && count <= 1_000_000 && interval <= 3600
  warn 'usage: client [HOST [PORT [COUNT [INTERVAL]]]]  (localhost 8001 5 1)'
  exit 2
end

count.to_i.times do |i|
  where = "#{host}:#{port.to_i}"
  sleep interval if i.positive?
  reply = TCPSocket.open(host, port.to_i, &:read) # tries each address that the host has
  abort "client: #{where}: closed without sending anything" if reply.empty?
  where = 'standard output'
  $stdout.syswrite("#{reply}\n")
rescue SystemCallError, SocketError, NoMemoryError => e
  # The reason alone: Ruby adds the name of the call, before or behind it.
  abort "client: #{where}: #{e.message.gsub(/\Agetaddrinfo.*?: | [-@] .*/m, '')}"
end
