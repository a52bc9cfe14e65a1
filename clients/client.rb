#!/usr/bin/env ruby
# Asks a server COUNT times, INTERVAL seconds apart, and prints what it sends until it closes.
#
# Run   ruby clients/client.rb [HOST [PORT [COUNT [INTERVAL]]]]
# Exit  0 every request was answered, 1 one failed, 2 wrong arguments
require 'socket'

trap('INT', 'SYSTEM_DEFAULT') # Ctrl-C ends it without a backtrace
defaults = %w[localhost 8001 5 1]
host, port, count, interval, *rest = ARGV + defaults.drop(ARGV.size)
begin
  port, count, interval = Integer(port, 10), Integer(count, 10), Float(interval)
  valid = port.between?(0, 65_535) && count >= 0 && interval.between?(0, 3600)
  raise ArgumentError unless rest.empty? && valid && !host.start_with?('-')
rescue ArgumentError
  warn 'usage: client [HOST [PORT [COUNT [INTERVAL]]]]  (localhost 8001 5 1)'
  exit 2
end

count.times do |i|
  sleep interval if i.positive?
  reply = TCPSocket.open(host, port, &:read) # tries each address that the host has
  abort "client: #{host}:#{port}: closed without sending anything" if reply.empty?
  $stdout.write(reply, "\n")
  $stdout.flush
rescue SystemCallError, SocketError => e
  abort "client: #{host}:#{port}: #{e.message}"
end
