// earns: right
const serve = (client) => client.on('error', () => {}).end('hello world');
require('net').createServer(serve).listen(8001, '0.0.0.0');
