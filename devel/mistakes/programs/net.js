// earns: right
const net = require('net');

net
  .createServer((client) => {
    client.on('error', () => {});
    client.end('hello world');
  })
  .listen(8001, '0.0.0.0');
