// The step05 server as a Node.js programmer would write it.
// Read   https://nodejs.org/api/net.html

const net = require('node:net');

const server = net.createServer((socket) => {
  socket.on('error', (error) => console.error(error.message));
  socket.end('hello world');
});
server.listen(8001, '0.0.0.0');
