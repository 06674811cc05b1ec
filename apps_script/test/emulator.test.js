'use strict';
/** The emulator itself: it must refuse what Apps Script refuses, or green tests would prove nothing. */

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { platformOf, refusal, run, value } = require('./scripts.js');

describe('the script sees only its own world', () => {
  test('no global of Node is there', async () => {
    const names = [
      'fetch',
      'URL',
      'setTimeout',
      'Buffer',
      'TextEncoder',
      'require',
      'process',
      'module',
      'structuredClone',
      'queueMicrotask',
    ];
    const seen = await value(
      `function main() { return ${JSON.stringify(names)}.filter((name) => typeof globalThis[name] !== 'undefined'); }`,
    );
    assert.deepEqual(seen, []);
  });

  test('services lead to no object of Node', async () => {
    const ways = [
      'UrlFetchApp.fetch',
      'console.log',
      'this.constructor',
      'globalThis.constructor',
      'new Error().constructor',
    ];
    for (const way of ways) {
      const source = `function main() { return ${way}.constructor('return typeof process + typeof require')(); }`;
      assert.equal(await value(source), 'undefinedundefined', way);
    }
  });

  test('every call starts anew', async () => {
    const platform = platformOf('var calls = 0; function main() { calls += 1; return calls; }');
    assert.equal((await platform.execute('main')).value, 1);
    assert.equal((await platform.execute('main')).value, 1);
  });

  test('files share one scope, in push order', async () => {
    assert.equal(
      await value(['const first = 20;', 'var second = first + 1;', 'function main() { return second * 2; }']),
      42,
    );
    assert.match((await refusal(['var second = first;', 'var x = first.y; const first = 1;'])).message, /first/);
  });

  test('a const of one name in two files is an error', async () => {
    const error = await refusal(['const cc = 1;', 'const cc = 2; function main() {}']);
    assert.match(error.message, /'cc' has already been declared/);
    assert.equal(error.name, 'SyntaxError');
  });

  test('scripts are sloppy', async () => {
    assert.equal(await value('var package = 1; function main() { undeclared = 2; return package + undeclared; }'), 3);
  });

  test('private and missing functions cannot be called', async () => {
    const platform = platformOf('function hidden_() { return 1; }');
    assert.match((await platform.execute('hidden_')).error.message, /Script function not found/);
    assert.match((await platform.execute('missing')).error.message, /Script function not found/);
  });

  test('an execution ends after its time', async () => {
    const error = await refusal('function main() { for (;;) {} }', { options: { executionMilliseconds: 150 } });
    assert.equal(error.message, 'Exceeded maximum execution time');
  });

  test('the thirty-first simultaneous execution is refused', async () => {
    const platform = platformOf('function main() { Utilities.sleep(400); return true; }');
    const outcomes = await Promise.all(Array.from({ length: 31 }, () => platform.execute('main')));
    assert.equal(outcomes.filter((outcome) => outcome.ok).length, 30);
    assert.match(outcomes.find((outcome) => !outcome.ok).error.message, /too many scripts running/);
  });
});

describe('stores', () => {
  test('properties belong to one user of one script', async () => {
    const platform = platformOf(`
      function main(key) { return PropertiesService.getUserProperties().getProperty(key); }
      function keep(key, text) { PropertiesService.getUserProperties().setProperty(key, text); }`);
    await platform.execute('keep', ['k', 'mine'], 'a@example.org');
    assert.equal((await platform.execute('main', ['k'], 'a@example.org')).value, 'mine');
    assert.equal((await platform.execute('main', ['k'], 'b@example.org')).value, null);
  });

  test('properties have a size', async () => {
    const set =
      'function main(n, size) { var p = PropertiesService.getScriptProperties(); ' +
      'for (var i = 0; i < n; i += 1) p.setProperty("k" + i, "x".repeat(size)); return "kept"; }';
    assert.equal(await value(set, { args: [1, 9 * 1024] }), 'kept');
    assert.match((await refusal(set, { args: [1, 9 * 1024 + 1] })).message, /Argument too large: value/);
    assert.match((await refusal(set, { args: [60, 9 * 1024] })).message, /property storage quota/);
  });

  test('the cache forgets and has a size', async () => {
    const put =
      'function main(key, size, seconds) { var c = CacheService.getUserCache(); ' +
      'c.put(key, "x".repeat(size), seconds); Utilities.sleep(1100); return c.get(key) === null; }';
    assert.equal(await value(put, { args: ['k', 5, 1] }), true);
    assert.equal(await value(put, { args: ['k', 100 * 1024, 9] }), false);
    for (const args of [
      ['k', 100 * 1024 + 1, 9],
      ['k'.repeat(251), 1, 9],
      ['k', 1, 21601],
    ])
      await refusal(put, { args });
  });

  test('a lock is held by one execution at a time and given back at its end', async () => {
    const platform = platformOf(`function main() {
      LockService.getUserLock().waitLock(5000);
      var p = PropertiesService.getUserProperties();
      var count = Number(p.getProperty('count') || 0);
      Utilities.sleep(30);
      p.setProperty('count', String(count + 1));
      return LockService.getScriptLock().tryLock(1);
    }`);
    await Promise.all(Array.from({ length: 5 }, () => platform.execute('main')));
    assert.equal(platform.properties.store('user', 'owner@example.org').get('count'), '5');
  });
});

describe('DataStudioApp and the rest', () => {
  test('builders give the JSON of the official answers', async () => {
    const source = `function main() {
      var cc = DataStudioApp.createCommunityConnector();
      var fields = cc.getFields(), types = cc.FieldType;
      fields.newDimension().setId('day_sent').setName('Day').setType(types.YEAR_MONTH_DAY);
      fields.newMetric().setId('spent').setName('Spent').setType(types.CURRENCY_EUR)
        .setAggregation(cc.AggregationType.SUM);
      var config = cc.getConfig();
      config.newSelectSingle().setId('d').setName('D').setIsDynamic(true)
        .addOption(config.newOptionBuilder().setLabel('A').setValue('a'));
      config.setIsSteppedConfig(true);
      return [
        cc.newAuthTypeResponse().setAuthType(cc.AuthType.PATH_KEY).setHelpUrl('https://example.org').build(),
        cc.newSetCredentialsResponse().setIsValid(false).build(), config.build(), fields.build(),
        cc.newGetDataResponse().setFields(fields.forIds(['spent'])).addRow([1]).setFiltersApplied(true).build()];
    }`;
    const [auth, credentials, config, fields, data] = await value(source);
    assert.deepEqual(auth, { type: 'PATH_KEY', helpUrl: 'https://example.org' });
    assert.deepEqual(credentials, { errorCode: 'INVALID_CREDENTIALS' });
    assert.deepEqual(config, {
      configParams: [
        { type: 'SELECT_SINGLE', name: 'd', displayName: 'D', isDynamic: true, options: [{ label: 'A', value: 'a' }] },
      ],
      isSteppedConfig: true,
    });
    assert.deepEqual(fields[0], {
      name: 'day_sent',
      label: 'Day',
      dataType: 'STRING',
      semantics: { conceptType: 'DIMENSION', semanticType: 'YEAR_MONTH_DAY' },
    });
    assert.deepEqual(fields[1].semantics, {
      conceptType: 'METRIC',
      semanticType: 'CURRENCY_EUR',
      isReaggregatable: true,
    });
    assert.deepEqual([data.rows, data.filtersApplied, data.schema.length], [[{ values: [1] }], true, 1]);
  });

  test('wrong arguments and forbidden combinations throw', async () => {
    const cc = 'var cc = DataStudioApp.createCommunityConnector();';
    assert.match(
      (await refusal(`function main() { ${cc} cc.newUserError().setText(5); }`)).message,
      /method signature for UserError.setText/,
    );
    assert.match(
      (await refusal(`function main() { ${cc} cc.newAuthTypeResponse().setAuthType('PATHKEY'); }`)).message,
      /authType/,
    );
    const combination = `function main() { ${cc}
      var f = cc.getFields();
      f.newMetric().setId('m').setIsReaggregatable(false).setAggregation('SUM');
      f.build();
    }`;
    assert.match((await refusal(combination)).message, /since it is not reaggregatable/);
  });

  test('thrown user and debug errors are told apart from others', async () => {
    const shown = (code) =>
      refusal(`function main() { DataStudioApp.createCommunityConnector().${code}.throwException(); }`);
    assert.deepEqual(await shown("newUserError().setText('t').setDebugText('d')"), {
      kind: 'user',
      text: 't',
      debugText: 'd',
    });
    assert.deepEqual(await shown("newDebugError().setText('d')"), { kind: 'debug', text: '', debugText: 'd' });
    assert.equal((await refusal("function main() { throw new TypeError('x'); }")).kind, 'uncaught');
  });

  test('Utilities, Session, ScriptApp, Logger and console', async () => {
    const source = `function main() {
      Logger.log('one'); console.error('two', {a: 1});
      return [Utilities.base64Encode('Größe'),
        Utilities.newBlob(Utilities.base64Decode('R3LDtsOfZQ==')).getDataAsString(), Utilities.getUuid().length,
        Utilities.formatDate(new Date(0), 'Europe/Athens', 'yyyy-MM-dd HH:mm'), Session.getScriptTimeZone(),
        ScriptApp.getScriptId().length > 10, Utilities.computeDigest(Utilities.DigestAlgorithm.SHA_256, 'a').length,
        Utilities.computeHmacSha256Signature('a', 'b').length];
    }`;
    const outcome = await run(source);
    assert.deepEqual(outcome.value, ['R3LDtsOfZQ==', 'Größe', 36, '1970-01-01 02:00', 'Europe/Athens', true, 32, 32]);
    assert.deepEqual(
      outcome.logs.map((line) => line.text),
      ['one', 'two {"a":1}'],
    );
    assert.match(
      (await refusal('function main() { return Session.getEffectiveUser().getEmail(); }')).message,
      /userinfo.email/,
    );
  });
});

describe('libraries and the way back', () => {
  const library = { userSymbol: 'OAuth2', libraryId: '1B7FSrk5Zi6L1rSxxTDgDEUsPzlukDsi4KGuTMorsTQHhGBzBkMun4iDF' };
  const manifest = (changed) => ({ dependencies: { libraries: [{ ...library, version: '43', ...changed }] } });

  test('a library is known by its symbol, what is in it stays inside, and it has to exist', async () => {
    const source = 'function main() { return [typeof OAuth2.createService, typeof Service, typeof Storage]; }';
    assert.deepEqual(await value(source, { manifest: manifest() }), ['function', 'undefined', 'undefined']);
    assert.match((await refusal(source)).message, /OAuth2 is not defined/);
    for (const wrong of [{ libraryId: 'x' }, { version: '44' }, { version: 'latest' }])
      assert.throws(() => platformOf(source, manifest(wrong)), /Library/);
  });

  test('a state token brings one user back to one script, for an hour', async () => {
    const platform = platformOf(`
      function main() {
        return ScriptApp.newStateToken().withMethod('back').withArgument('a', '1').withTimeout(9999).createToken();
      }
      function back(request) { return HtmlService.createHtmlOutput(JSON.stringify(request.parameter)); }`);
    const { value: state } = await platform.execute('main', [], 'a@example.org');
    const address = (script, token = state) =>
      `https://script.google.com/macros/d/${script}/usercallback?code=c&state=${encodeURIComponent(token)}`;
    const back = await platform.callBack(address(platform.scriptId), 'a@example.org');
    assert.deepEqual(JSON.parse(back.value.html), { code: 'c', state, a: '1' });
    const late = Date.now() + 3601 * 1000;
    for (const [where, user, now] of [
      [address('other'), 'a@example.org'],
      [address(platform.scriptId), 'b@example.org'],
      [address(platform.scriptId), 'a@example.org', late],
      [address(platform.scriptId, `${state.slice(0, -2)}xx`), 'a@example.org'],
    ])
      assert.throws(() => platform.callBack(where, user, now), /state token|Not the callback/);
  });
});
