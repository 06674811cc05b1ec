'use strict';
/** A broken proxy: an HTTP server that answers whatever a test tells it to. It never plays our own API. */

const http = require('node:http');

/** Start it; `answer` takes {status, headers, body, delay, cut} or a function of the request that returns one. */
async function startUpstream() {
  let next = { body: '{}' };
  const requests = [];
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const seen = {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(seen);
      const told = typeof next === 'function' ? next(seen, requests.length) : next;
      setTimeout(() => reply(response, told), told.delay || 0);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    answer(told) {
      next = told;
      requests.length = 0;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

function reply(response, { status = 200, headers = {}, body = '', cut }) {
  response.writeHead(status, headers);
  if (cut === undefined) return response.end(body);
  // The connection breaks in the middle of the body.
  response.write(String(body).slice(0, cut));
  return setTimeout(() => response.destroy(), 20);
}

module.exports = { startUpstream };
