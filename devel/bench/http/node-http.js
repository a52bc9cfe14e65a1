// The server of beyond/ as a Node.js programmer would write it.
// Read   https://nodejs.org/api/http.html

const http = require('node:http');

const server = http.createServer((request, response) => {
  response.end('hello world');
});
server.listen(8001, '0.0.0.0');
