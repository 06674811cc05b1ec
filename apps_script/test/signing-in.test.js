'use strict';
/** Addresses, keys and what exactly is sent, seen from the far end of the wire. */

const assert = require('node:assert/strict');
const { after, before, beforeEach, describe, test } = require('node:test');
const { KEY, Stage } = require('./stage.js');

let stage;

before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());
beforeEach(() => stage.reset());

describe('signing in', () => {
  beforeEach(() => stage.store.clear());
  const form = (typed, key = KEY) => stage.looker.call('setCredentials', { pathKey: { path: typed, key } });

  test('addresses that would send the key in clear are refused before anything is sent', async () => {
    stage.broken({ body: '{}' });
    const wrong = [
      'http://belvedere.example.org',
      'belvedere.example.org',
      'http://localhost.example.org',
      'http://localhost@example.org',
      'https://user:pass@example.org',
      'https://',
      'https://example.org/?a=1',
      'https://example.org/#x',
      'javascript:alert(1)',
      '',
      undefined,
    ];
    for (const typed of wrong) {
      assert.match(
        (await stage.dialog('setCredentials', { pathKey: { path: typed, key: KEY } })).details,
        /begin with https:\/\//,
        String(typed),
      );
    }
    assert.deepEqual([stage.upstream.requests.length, stage.keptKey], [0, undefined]);
  });

  test('spaces and slashes are taken away; a published host is reached over https', async () => {
    stage.upstream.answer({ body: '{"admin":false}' });
    stage.platform.options.hosts = { 'https://belvedere.example.org': stage.upstream.url };
    assert.deepEqual(await form(' https://belvedere.example.org/data// \n', ` ${KEY} `), { errorCode: 'NONE' });
    assert.equal(stage.store.get('dscc.path'), 'https://belvedere.example.org/data');
    const [request] = stage.upstream.requests;
    assert.deepEqual(
      [request.method, request.url, request.headers.authorization],
      ['GET', '/data/v1/looker/auth/check', `Bearer ${KEY}`],
    );
  });

  test('an empty key, or none at all, is invalid', async () => {
    for (const key of [' ', 'two words', 'line\nbreak', 'schlüssel', undefined]) {
      assert.deepEqual(await form(stage.upstream.url, key || ''), { errorCode: 'INVALID_CREDENTIALS' });
    }
    assert.equal(stage.upstream.requests.length, 0);
    for (const request of [{}, undefined, { pathKey: {} }]) await stage.dialog('setCredentials', request);
  });

  test('a server that fails is an error, and what was kept stays', async () => {
    stage.keep(stage.upstream.url);
    stage.upstream.answer({ status: 503 });
    await stage.dialog('setCredentials', { pathKey: { path: stage.upstream.url, key: 'bvk_other' } });
    assert.equal(stage.keptKey, KEY);
  });

  test('only a plain yes makes an administrator', async () => {
    stage.keep(stage.upstream.url);
    for (const [body, expected] of [
      ['{"admin":true}', true],
      ['{"admin":"true"}', false],
      ['{"admin":1}', false],
      ['{}', false],
      ['<html>', false],
    ]) {
      stage.upstream.answer({ body });
      assert.equal(await stage.looker.call('isAdminUser'), expected, body);
    }
    stage.upstream.answer({ status: 500 });
    assert.equal(await stage.looker.call('isAdminUser'), false);
    assert.equal(stage.upstream.requests.length, 1, 'the question is asked once');
  });

  test('a connector that is not connected says so', async () => {
    for (const name of ['getConfig', 'getSchema', 'getData'])
      assert.match((await stage.dialog(name, {})).details, /not connected/);
    assert.equal(await stage.looker.isAuthorised(), false);
    assert.equal(await stage.looker.call('isAdminUser'), false);
  });
});

describe('requests', () => {
  test('go out unchanged, and answers come back unchanged', async () => {
    const body = {
      configParams: { client: 'a,b' },
      dateRange: { startDate: '2025-01-01', endDate: '2025-01-31' },
      fields: [{ name: 'x', forFilterOnly: true }],
      dimensionsFilters: [[{ fieldName: 'x', values: ['ü', 'a"b'], operator: 'IN_LIST', type: 'INCLUDE' }]],
      pagination: { startRow: 1, rowCount: 100 },
      unknown: [1, null],
    };
    const answer = { schema: [], rows: [{ values: ['ü', null, 0.1] }], filtersApplied: true };
    stage.upstream.answer({ body: JSON.stringify(answer) });
    assert.deepEqual(await stage.looker.call('getData', body), answer);
    assert.deepEqual(JSON.parse(stage.upstream.requests[0].body), body);
    assert.deepEqual(
      [stage.upstream.requests[0].method, stage.upstream.requests[0].headers['content-type']],
      ['POST', 'application/json'],
    );
  });

  test('getConfig sends the language and the answers alone', async () => {
    stage.upstream.answer({ body: '{"configParams":[]}' });
    await stage.looker.call('getConfig', { languageCode: 'it' });
    await stage.looker.call('getConfig', { languageCode: 'it', configParams: { workspace: 'w' }, extra: 1 });
    assert.deepEqual(
      stage.upstream.requests.map((request) => JSON.parse(request.body)),
      [{ languageCode: 'it' }, { languageCode: 'it', configParams: { workspace: 'w' } }],
    );
  });
});
