# earns: right
use IO::Socket::INET;
$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::INET->new(LocalPort => 8001, Listen => 10, ReuseAddr => 1) or die "$@";
while (1) {
    my $client = $server->accept or next;
    print $client 'hello world';
    close $client;
}
