// Correct: Node's net: accept4, epoll or io_uring, a pool of threads.
const net = require('net');

net
  .createServer((client) => {
    client.on('error', () => {});
    client.end('hello world');
  })
  .listen(8001, '0.0.0.0');
