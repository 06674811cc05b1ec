'use strict';
/** Google's side of UrlFetchApp: one HTTP exchange with the platform's limits and refusals. */

const http = require('node:http');
const https = require('node:https');
const zlib = require('node:zlib');
const { LIMITS } = require('./limits.js');

const MOST_REDIRECTS = 20;
const FORBIDDEN_HEADERS = new Set(['host', 'content-length', 'connection', 'transfer-encoding', 'user-agent']);

/** Carry out `request` {url, method, headers, contentType, payload, followRedirects}; `hosts` is DNS and TLS. */
async function exchange(request, { manifest, hosts = {}, milliseconds = LIMITS.fetchMilliseconds }) {
  checkRequest(request, manifest);
  let url = new URL(request.url);
  let { method, payload } = request;
  for (let hop = 0; ; hop += 1) {
    const answer = await send(resolved(url, hosts), url, { ...request, method, payload }, milliseconds);
    const location = answer.headers.find(([name]) => name.toLowerCase() === 'location');
    const redirected = answer.status >= 300 && answer.status < 400 && location !== undefined;
    if (!redirected || !request.followRedirects) return answer;
    if (hop === MOST_REDIRECTS) throw new Error(`Too many redirects: ${request.url}`);
    url = new URL(location[1], url);
    checkListed(url.href, manifest);
    if (answer.status !== 307 && answer.status !== 308) [method, payload] = ['get', undefined];
  }
}

function checkRequest(request, manifest) {
  if (request.url.length > LIMITS.urlCharacters) throw new Error('Limit Exceeded: URLFetch URL Length.');
  if (!/^https?:\/\/[^/\s]+/i.test(request.url)) throw new Error(`Invalid argument: ${request.url}`);
  checkListed(request.url, manifest);
  const headers = Object.entries(request.headers);
  const size = headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  if (headers.length > LIMITS.headersPerFetch || size > LIMITS.headerBytes) {
    throw new Error('Limit Exceeded: URLFetch Header Size.');
  }
  const forbidden = headers.find(([name]) => FORBIDDEN_HEADERS.has(name.toLowerCase()));
  if (forbidden) throw new Error(`Attribute provided with invalid value: Header:${forbidden[0]}`);
  if (request.payload !== undefined && Buffer.byteLength(request.payload) > LIMITS.payloadBytes) {
    throw new Error('Limit Exceeded: URLFetch POST Size.');
  }
}

/** Enforce urlFetchWhitelist: https prefixes whose host may begin with a wildcard; no list, no limit. */
function checkListed(url, manifest) {
  const list = manifest.urlFetchWhitelist;
  if (list === undefined || list.some((prefix) => isBelow(url, prefix))) return;
  throw new Error(`The URL ${url} is not covered by urlFetchWhitelist of the manifest.`);
}

function isBelow(url, prefix) {
  const [, listedHost, listedPath] = /^https:\/\/([^/]+)(\/.*)$/.exec(prefix) || [];
  const asked = new URL(url);
  if (listedHost === undefined || asked.protocol !== 'https:') return false;
  const host = listedHost.startsWith('*.') ? asked.host.endsWith(listedHost.slice(1)) : asked.host === listedHost;
  return host && (asked.pathname + asked.search).startsWith(listedPath);
}

/** Return where the bytes go: an address in `hosts` stands for a published server behind TLS. */
function resolved(url, hosts) {
  const target = hosts[url.origin];
  return target === undefined ? url : new URL(url.pathname + url.search, target);
}

function send(target, url, request, milliseconds) {
  const body = request.payload === undefined ? undefined : Buffer.from(request.payload);
  const headers = {
    'User-Agent': 'Mozilla/5.0 (compatible; Google-Apps-Script)',
    'Accept-Encoding': 'gzip',
    ...request.headers,
  };
  if (body !== undefined)
    Object.assign(headers, { 'Content-Type': request.contentType, 'Content-Length': body.length });
  const options = { method: request.method.toUpperCase(), headers, agent: false };
  return new Promise((resolve, reject) => {
    const call = (target.protocol === 'https:' ? https : http).request(target, options, (response) => {
      collect(response).then(
        (content) => resolve({ status: response.statusCode, headers: pairs(response.rawHeaders), content }),
        fail,
      );
    });
    const timer = setTimeout(() => call.destroy(Object.assign(new Error('late'), { code: 'LATE' })), milliseconds);
    function fail(error) {
      clearTimeout(timer);
      reject(new Error(networkMessage(error, url)));
    }
    call.on('error', fail);
    call.on('close', () => clearTimeout(timer));
    call.end(body);
  });
}

/** Return the body, unpacked and cut off where the platform cuts it off. */
async function collect(response) {
  const gzipped = (response.headers['content-encoding'] || '') === 'gzip';
  const stream = gzipped ? response.pipe(zlib.createGunzip()) : response;
  if (gzipped) response.on('error', (error) => stream.destroy(error));
  const chunks = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= LIMITS.responseBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, LIMITS.responseBytes);
}

function networkMessage(error, url) {
  if (error.code === 'LATE') return `Timeout: ${url.href}`;
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return `DNS error: ${url.href}`;
  if (String(error.code).startsWith('ERR_TLS') || /certificate/i.test(error.message)) return `SSL Error ${url.href}`;
  return `Address unavailable: ${url.href}`;
}

function pairs(rawHeaders) {
  return rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name, rawHeaders[index + 1]]] : []));
}

module.exports = { exchange };
