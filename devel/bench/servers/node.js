// The server in Node.js: step05's; with the argument http, one that sends the file of the path.
const fs = require("fs");

if (process.argv[2] !== "http") {
  require("net").createServer((client) => client.end("hello world")).listen(8001, "0.0.0.0");
} else {
  const answer = (request, response) =>
    fs.readFile("beyond/public/" + request.url.replaceAll("/", ""), (error, content) => {
      response.writeHead(error ? 404 : 200, { "Content-Length": error ? 0 : content.length });
      response.end(content);
    });
  require("http").createServer(answer).listen(8001, "0.0.0.0");
}
