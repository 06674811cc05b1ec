'use strict';
/** UrlFetchApp of the emulator: it blocks, it is real HTTP, and it refuses what the platform refuses. */

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { platformOf, refusal, value } = require('./scripts.js');
const { startUpstream } = require('./upstream.js');

describe('UrlFetchApp', () => {
  let upstream;
  before(async () => {
    upstream = await startUpstream();
  });
  after(() => upstream.stop());
  const get = (rest = '') => `function main(url) { return String(UrlFetchApp.fetch(url${rest})); }`;

  test('blocks until the answer is there, and String() of it is the body', async () => {
    upstream.answer({ body: '{"a":1}', delay: 120 });
    assert.deepEqual(
      await value('function main(url) { return JSON.parse(UrlFetchApp.fetch(url)); }', { args: [upstream.url] }),
      { a: 1 },
    );
  });

  test('executions run side by side', async () => {
    upstream.answer({ body: 'x', delay: 300 });
    const platform = platformOf(get());
    const started = Date.now();
    await Promise.all(Array.from({ length: 6 }, () => platform.execute('main', [upstream.url])));
    assert.ok(Date.now() - started < 1500, 'six calls of 300 ms took as long as one after another');
  });

  test('a status of 400 and more throws, unless muted', async () => {
    upstream.answer({ status: 404, body: 'nothing here' });
    assert.match((await refusal(get(), { args: [upstream.url] })).message, /returned code 404.*nothing here/);
    assert.equal(await value(get(', {muteHttpExceptions: true}'), { args: [upstream.url] }), 'nothing here');
  });

  test('without its scope every fetch fails', async () => {
    const error = await refusal(get(), { args: [upstream.url], manifest: { oauthScopes: [] } });
    assert.match(
      error.message,
      /Specified permissions are not sufficient to call UrlFetchApp.fetch.*script.external_request/,
    );
    upstream.answer({ body: 'ok' });
    assert.equal(await value(get(), { args: [upstream.url], manifest: { oauthScopes: undefined } }), 'ok');
  });

  test('urlFetchWhitelist is enforced', async () => {
    upstream.answer({ body: 'ok' });
    const options = { hosts: { 'https://api.example.org': upstream.url } };
    const allowed = {
      args: ['https://api.example.org/v1/x'],
      options,
      manifest: { urlFetchWhitelist: ['https://api.example.org/v1/'] },
    };
    assert.equal(await value(get(), allowed), 'ok');
    for (const list of [[], ['https://api.example.org/v2/'], ['https://example.org/']]) {
      assert.match(
        (await refusal(get(), { ...allowed, manifest: { urlFetchWhitelist: list } })).message,
        /urlFetchWhitelist/,
      );
    }
    assert.equal(await value(get(), { ...allowed, manifest: { urlFetchWhitelist: ['https://*.example.org/'] } }), 'ok');
  });

  test('limits bite: address, quota of the day, answers of 50 MB', async () => {
    assert.match((await refusal(get(), { args: [`${upstream.url}/?${'x'.repeat(2100)}`] })).message, /URL Length/);
    const platform = platformOf(get());
    platform.use.spend('a@example.org', 'urlfetch', 20000);
    assert.match(
      (await platform.execute('main', [upstream.url], 'a@example.org')).error.message,
      /too many times for one day: urlfetch/,
    );
    upstream.answer({ body: Buffer.alloc(51 * 1024 * 1024, 'x') });
    const length = 'function main(url) { return UrlFetchApp.fetch(url).getContentText().length; }';
    assert.equal(await value(length, { args: [upstream.url] }), 50 * 1024 * 1024);
  });

  test('time runs out, hosts are unknown, connections are refused', async () => {
    upstream.answer({ body: 'late', delay: 400 });
    assert.match(
      (await refusal(get(), { args: [upstream.url], options: { fetchMilliseconds: 100 } })).message,
      /^Timeout: /,
    );
    assert.match((await refusal(get(), { args: ['http://127.0.0.1:1/'] })).message, /^Address unavailable: /);
    assert.match((await refusal(get(), { args: ['ftp://example.org/'] })).message, /Invalid argument/);
  });

  test('a redirect is followed, with its headers, unless forbidden', async () => {
    upstream.answer((request) =>
      request.url === '/end' ? { body: 'end' } : { status: 302, headers: { Location: '/end' } },
    );
    assert.equal(await value(get(), { args: [upstream.url] }), 'end');
    const code = 'function main(url) { return UrlFetchApp.fetch(url, {followRedirects: false}).getResponseCode(); }';
    assert.equal(await value(code, { args: [upstream.url] }), 302);
  });

  test('mistyped options and a GET with a payload are refused', async () => {
    assert.match(
      (await refusal(get(', {muteHttpException: true}'), { args: [upstream.url] })).message,
      /muteHttpException/,
    );
    assert.match((await refusal(get(", {payload: 'x'}"), { args: [upstream.url] })).message, /GET/);
    assert.match(
      (await refusal(get(', 5'), { args: [upstream.url] })).message,
      /don't match the method signature for UrlFetchApp.fetch/,
    );
  });
});
