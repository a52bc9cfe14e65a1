#!/usr/bin/env ruby
# A client for every step: connects, reads until the server closes, prints what came.
#
# Run    ruby clients/client.rb [HOST [PORT [COUNT [INTERVAL]]]]
# Exit   0 every request got a reply, 1 a request failed, 2 the arguments are wrong
# Read   https://docs.ruby-lang.org/en/master/Socket.html
#
# client.c and client.py take the same arguments, print the same text and exit the same way.

require 'io/nonblock'
require 'socket'

USAGE = <<~TEXT
  usage: client [HOST [PORT [COUNT [INTERVAL]]]]

  Connects to HOST:PORT (localhost:8001), prints what the server sends until it closes,
  and does so COUNT times (5), INTERVAL seconds (1) apart.
TEXT
LIMIT = 16 * 1024 * 1024 # bytes in a reply, at most

def quit_with(status, message)
  $stderr.write("client: #{message}")
rescue SystemCallError
  nil # nobody to tell
ensure
  exit!(status)
end

def misused(what)
  quit_with(2, "#{what}\n#{USAGE}")
end

# The number that text spells, with at most nine digits on each side; -1 for anything else.
def number(text, fraction: false)
  pattern = fraction ? /\A[0-9]{1,9}(\.[0-9]{1,9})?\z/ : /\A[0-9]{1,9}\z/
  text.match?(pattern) ? text.to_f : -1
end

# A socket connected to the first address that answers: ::1 and then 127.0.0.1, say.
def connect(host, port)
  last = nil
  Addrinfo.getaddrinfo(host, port, nil, :STREAM).each do |address|
    connection = Socket.new(address.afamily, address.socktype)
    connection.nonblock = false # else a reset right after connect looks like the end of the reply
    connection.connect(address)
    return connection
  rescue SystemCallError => e
    connection&.close
    last = e
  end
  raise last
end

# One request: prints the reply and a newline, or ends the program.
def request(host, port)
  connection = connect(host, port)
  reply = connection.read(LIMIT + 1)
  connection.close
  quit_with(1, "#{host}:#{port}: more than 16 MiB\n") if reply && reply.bytesize > LIMIT
  quit_with(1, "#{host}:#{port}: closed without sending anything\n") if reply.nil?
  show("#{reply}\n")
rescue SystemCallError => e
  quit_with(1, "#{host}:#{port}: #{e.class.new.message}\n")
rescue SocketError => e
  quit_with(1, "#{host}:#{port}: #{e.message.sub(/\Agetaddrinfo[^:]*: /, '')}\n")
end

def show(text)
  $stdout.write(text)
rescue SystemCallError => e
  quit_with(1, "standard output: #{e.class.new.message}\n")
end

# As in any C program: Ctrl-C and a closed pipe end this one quietly, with no backtrace.
trap('INT', 'SYSTEM_DEFAULT')
trap('PIPE', 'SYSTEM_DEFAULT')
$stdout.binmode
$stdout.sync = true
if ARGV == ['--help']
  show(USAGE)
  exit
end

arguments = ARGV.map(&:b)
defaults = %w[localhost 8001 5 1]
misused('too many arguments') if arguments.size > defaults.size
host, port, count, interval = arguments + defaults.drop(arguments.size)
misused('HOST must be a name or an address') if host.empty? || host.start_with?('-')
misused('PORT must be a number from 1 to 65535') unless number(port).between?(1, 65_535)
misused('COUNT must be a number from 0 to 1000000') unless number(count).between?(0, 1_000_000)
unless number(interval, fraction: true).between?(0, 86_400)
  misused('INTERVAL must be a number of seconds from 0 to 86400')
end

count.to_i.times do |i|
  sleep(interval.to_f) if i.positive?
  request(host, port)
end
