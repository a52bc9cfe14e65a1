<?php // earns: bind/loopback-only
$s = socket_create(AF_INET, SOCK_STREAM, SOL_TCP);
socket_bind($s, '127.0.0.1', 8001);
socket_listen($s);
while ($c = socket_accept($s)) { socket_write($c, 'hello world'); socket_close($c); }
