'use strict';
/**
 * What people see when something between Google and the server is broken. A tiny HTTP server plays
 * the broken proxy; what Belvedere itself answers is tested against the real server.
 */

const assert = require('node:assert/strict');
const { after, before, beforeEach, describe, test } = require('node:test');
const { KEY, Stage, USER, errorBody } = require('./stage.js');

let stage;

before(async () => {
  stage = await Stage.open();
});
after(() => stage.close());
beforeEach(() => stage.reset());

describe('a busy or failing server is asked again', () => {
  test('a 503 that passes is never noticed', async () => {
    stage.broken((count) => (count < 3 ? { status: 503, body: 'starting' } : { body: '{"rows":[]}' }));
    assert.deepEqual(await stage.looker.call('getData', {}), { rows: [] });
    assert.equal(stage.sleeps.length, 2);
    assert.ok(stage.sleeps[0] >= 1000 && stage.sleeps[0] < 1600 && stage.sleeps[1] >= 2000, String(stage.sleeps));
  });

  test('a 429 is asked again after as long as Retry-After says', async () => {
    stage.broken((count) =>
      count < 2
        ? { status: 429, headers: { 'Retry-After': '7' }, body: errorBody('rate_limit_exceeded', 'Too many.') }
        : { body: '{"rows":[]}' },
    );
    await stage.looker.call('getData', {});
    assert.deepEqual(stage.sleeps, [7000]);
  });

  test('Retry-After may be a date', async () => {
    const date = new Date(Date.now() + 20000).toUTCString();
    stage.broken((count) => (count < 2 ? { status: 503, headers: { 'retry-after': date } } : { body: '{"rows":[]}' }));
    await stage.looker.call('getData', {});
    assert.ok(stage.sleeps[0] > 15000 && stage.sleeps[0] <= 20000, String(stage.sleeps));
  });

  test('a pause beyond the time budget is not waited for', async () => {
    stage.broken({
      status: 429,
      headers: { 'Retry-After': '3600' },
      body: errorBody('rate_limit_exceeded', 'Come back in an hour.'),
    });
    assert.equal((await stage.dialog()).details, 'Come back in an hour.');
    assert.deepEqual([stage.sleeps, stage.dataCalls], [[], 1]);
  });

  test('no attempt begins after the budget, however few there were', async () => {
    stage.broken({ status: 503, headers: { 'Retry-After': '40' }, body: errorBody('workspace_busy', 'Loading.') });
    assert.equal((await stage.dialog()).details, 'Loading.');
    assert.deepEqual([stage.sleeps, stage.dataCalls], [[40000], 2]);
  });

  test("three attempts, then the server's own text for readers and the request id for administrators", async () => {
    stage.broken({ status: 500, body: errorBody('internal_error', 'Something went wrong on the server.') });
    const shown = await stage.dialog();
    assert.equal(shown.details, 'Something went wrong on the server.');
    assert.match(shown.debug, /HTTP 500.*internal_error.*for administrators.*req-77/);
    assert.equal(stage.dataCalls, 3);
  });

  test('who is no administrator sees an error id instead of the debug text', async () => {
    stage.broken({ status: 500, body: errorBody('internal_error', 'Something went wrong on the server.') }, false);
    const shown = await stage.dialog();
    assert.equal(shown.debug, undefined);
    assert.match(shown.toString(), /Error ID: [0-9a-f]{8}$/);
  });

  test('a refusal of the request itself is not asked again', async () => {
    for (const status of [400, 403, 404, 413, 422]) {
      stage.broken({ status, body: errorBody('some_code', `Text for ${status}.`) });
      assert.equal((await stage.dialog()).details, `Text for ${status}.`);
      assert.equal(stage.dataCalls, 1);
      assert.equal(stage.keptKey, KEY);
    }
  });
});

describe("answers that are not Belvedere's", () => {
  test('truncated JSON', async () => {
    stage.broken({ body: '{"schema":[{"name":"ticket_id"}],"rows":[{"val' });
    const shown = await stage.dialog();
    assert.match(shown.details, /incomplete, or does not come from Belvedere/);
    assert.match(shown.debug, /46 characters/);
    assert.equal(stage.dataCalls, 1);
  });

  test('an answer that Google cut off at 50 MB', async () => {
    stage.broken({ body: Buffer.concat([Buffer.from('{"rows":["'), Buffer.alloc(51 * 1024 * 1024, 'x')]) });
    const shown = await stage.dialog();
    assert.match(shown.details, /larger than a data source may return.*shorter date range/);
    assert.match(shown.debug, /52428800 characters/);
  });

  test('pages of HTML, lists and bare values', async () => {
    for (const body of ['<html>Sign in</html>', '[]', '42', 'null', '']) {
      stage.broken({ body });
      assert.match((await stage.dialog()).details, /could not be read/, body);
    }
  });

  test('a connection that breaks in the middle of the body', async () => {
    stage.broken({ body: '{"rows":[1,2,3]}', headers: { 'Content-Length': '16' }, cut: 5 });
    assert.match((await stage.dialog()).details, /did not answer/);
  });

  test('a redirect does not carry the key away', async () => {
    stage.broken({ status: 302, headers: { Location: `${stage.upstream.url}/elsewhere` } });
    assert.match((await stage.dialog()).details, /a redirect/);
    assert.deepEqual(
      stage.upstream.requests.filter((request) => request.url === '/elsewhere'),
      [],
    );
  });

  test('a 401 of a proxy neither forgets the key nor counts as a wrong key', async () => {
    stage.broken({ status: 401, body: '<html>tunnel password</html>' });
    assert.match((await stage.dialog()).details, /not a Belvedere server, or something before it/);
    assert.equal(stage.keptKey, KEY);
    stage.upstream.answer({ status: 401, body: '<html>tunnel password</html>' });
    assert.match((await stage.dialog('isAuthValid')).details, /not a Belvedere server/);
  });

  test('a 401 of Belvedere forgets the key and says to reconnect', async () => {
    stage.upstream.answer({ status: 401, body: errorBody('not_authenticated', 'The key is not valid.') });
    assert.match((await stage.dialog()).details, /reconnect it with a valid key/);
    assert.equal(stage.keptKey, undefined);
    assert.equal(await stage.looker.isAuthorised(), false);
  });

  test('texts that carry the key are blanked, whatever the key looks like', async () => {
    for (const key of [KEY, 'no-prefix-at-all-1234']) {
      stage.store.set('dscc.key', key);
      stage.broken({ status: 400, body: errorBody('odd', `You sent Bearer ${key}.`, `key=${key}, bvk_another`) });
      const shown = await stage.dialog();
      assert.match(shown.toString(), /key=\[hidden\], \[hidden\]/);
      assert.doesNotMatch(shown.toString(), /no-prefix-at-all/);
    }
  });
});

describe('no server at all', () => {
  test('is an error with a text, not an invalid key', async () => {
    stage.keep('http://127.0.0.1:1');
    for (const name of ['getData', 'getSchema', 'getConfig', 'isAuthValid']) {
      assert.match((await stage.dialog(name, {})).details, /did not answer/);
    }
    assert.equal(stage.keptKey, KEY);
    assert.equal(await stage.looker.call('isAdminUser'), false);
  });

  test("a server that hangs ends in the fetch's own time-out", async () => {
    stage.platform.options.fetchMilliseconds = 100;
    stage.broken({ body: '{}', delay: 400 });
    assert.match((await stage.dialog()).details, /did not answer/);
  });

  test('a connector whose manifest lost its scope says so to administrators only', async () => {
    stage.platform.project = { ...stage.project, manifest: { ...stage.project.manifest, oauthScopes: [] } };
    const shown = await stage.dialog();
    assert.match(shown.details, /did not answer/);
    assert.match(stage.looker.last.error.debugText, /script.external_request/);
  });

  test('a used-up daily quota is told', async () => {
    stage.platform.use.spend(USER, 'urlfetch', 20000);
    await stage.dialog();
    assert.match(stage.looker.last.error.debugText, /too many times for one day: urlfetch/);
  });
});
