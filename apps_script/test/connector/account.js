'use strict';
/** Signing in with one's own account: consent, refreshing side by side, and every way in which access ends. */

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, beforeEach, describe, test } = require('node:test');
const vm = require('node:vm');
const { LookerStudio } = require('../emulator/looker-studio.js');
const { Platform } = require('../emulator/platform.js');
const { loadProject } = require('../emulator/project.js');
const { Person } = require('../person.js');
const { startUpstream } = require('../upstream.js');
const { PUBLIC, request } = require('./world.js');

const USER = 'viewer@example.org';
const SCRIPT_ID = 'S'.repeat(57);
const ACCOUNT = { email: 'ana@example.com', name: 'Ana', password: 'a sentence that is long enough' };
const STORE = 'oauth2.belvedere';
const CALLED = [
  'authCallback',
  'get3PAuthorizationUrls',
  'getAuthType',
  'getConfig',
  'getData',
  'getSchema',
  'isAdminUser',
  'isAuthValid',
  'resetAuth',
];

module.exports = (world) => {
  describe('signing in with an account', () => {
    let folder;
    let hosts;
    let owner;
    let secret;
    let clientId;
    let platform;
    let looker;

    before(async () => {
      folder = fs.mkdtempSync(path.join(os.tmpdir(), 'belvedere-copy-'));
      hosts = { [PUBLIC]: world.server.url };
      owner = new Person(hosts, {});
      const [link] = /\/console\/welcome\/[\w-]+/.exec(world.server.log());
      await owner.send(PUBLIC + link, link, ACCOUNT);
      const made = await owner.send(`${PUBLIC}/console/connectors`, '/console/connectors', {
        name: 'Acme reports',
        script: SCRIPT_ID,
      });
      [, secret] = /data-secret>([^<]+)</.exec(made.text);
      [, clientId] = /--client-id (bvi_\w+)/.exec(made.text);
      await exported('plain');
      await exported('viewers', '--viewers');
    });
    after(() => fs.rmSync(folder, { recursive: true, force: true }));

    beforeEach(() => {
      platform = deployed(loadProject(path.join(folder, 'plain')));
      looker = new LookerStudio(platform, USER);
    });

    const exported = (name, ...more) =>
      world.server.command(
        ...['connector', 'export', path.join(folder, name), '--client-id', clientId, '--address', PUBLIC],
        ...more,
      );

    function deployed(project) {
      const made = new Platform(project, { hosts: { ...hosts }, skipSleeps: true, scriptId: SCRIPT_ID });
      made.properties.set('script', USER, { CLIENT_SECRET: secret }, false);
      return made;
    }

    /** Return a browser in which the owner is signed in already, or is not. */
    function person({ decision = 'allow', isNew = false } = {}) {
      const browser = new Person(hosts, { ...ACCOUNT, decision }, isNew ? undefined : owner);
      // The choice is made on the page as it is: of two workspaces the one called Main.
      Object.defineProperty(browser.answers, 'workspace', {
        enumerable: true,
        get: () => (/name="workspace" value="(\w+)"[^>]*> Main</.exec(browser.pages.at(-1).text) || [])[1],
      });
      return browser;
    }

    const store = () => platform.properties.store('user', USER);
    const kept = () => JSON.parse(store().get(STORE));

    /** Let the time of the kept token be over, as it is an hour later. */
    function expire() {
      const token = { ...kept(), granted_time: kept().granted_time - 3600 };
      platform.properties.set('user', USER, { [STORE]: JSON.stringify(token) }, false);
      platform.cache.remove('user', USER, [STORE]);
    }

    /** Draw `count` charts at once; return how they went and how many asked for tokens. */
    async function draw(count, drawn = platform) {
      const runs = Array.from({ length: count }, () => drawn.execute('getData', [request()], USER));
      const outcomes = await Promise.all(runs);
      const asked = outcomes.flatMap(({ fetches }) => fetches).filter(({ url }) => url.endsWith('/oauth/token'));
      return { ok: outcomes.every(({ ok }) => ok), tokenRequests: asked.length, outcomes };
    }

    const check = (token) =>
      fetch(`${world.server.url}/v1/looker/auth/check`, { headers: { authorization: `Bearer ${token}` } });

    test('a person signs in with the real forms and makes a data source', async () => {
      assert.equal(await looker.isAuthorised(), false);
      assert.match((await world.dialog(looker.call('getData', request()))).details, /Sign in again/);
      const browser = person({ isNew: true });
      assert.match(await looker.signIn(browser), /You are signed in/);
      const consent = browser.pages.find(({ text }) => text.includes('Let Acme reports read your data'));
      assert.ok(consent.text.includes(SCRIPT_ID) && consent.text.includes('Workspace it may read'));
      assert.equal(await looker.isAuthorised(), true);
      const source = await looker.createDataSource({ workspace: 'main', client: 'harbour-lights', dataset: 'tickets' });
      const { rows } = await looker.getData(source, { fields: ['tickets_created'], dateRange: request().dateRange });
      assert.deepEqual(
        rows.map((row) => Number(row.tickets_created)),
        [88],
      );
      assert.ok(store().get(STORE).length < 1024, 'the whole answer lies in one property of 9 KB at most');
      assert.equal(kept().expires_in, 3600, 'without it the library would never refresh');
    });

    test('denying says so, and nothing is kept', async () => {
      assert.match(await looker.signIn(person({ decision: 'deny' })), /did not allow/);
      assert.deepEqual([await looker.isAuthorised(), store().size], [false, 0]);
    });

    test('a sign-in that takes more than an hour fails at Google', async () => {
      await assert.rejects(looker.signIn(person(), Date.now() + 3601 * 1000), /state token is invalid or has expired/);
    });

    test('four charts that refresh at once: one request with the lock, and nobody loses access', async () => {
      await looker.signIn(person());
      expire();
      const { ok, tokenRequests } = await draw(4);
      assert.deepEqual([ok, tokenRequests], [true, 1]);
    });

    test('without the lock the grace of the server saves them all', async () => {
      await looker.signIn(person());
      const careless = { ...platform.project, files: platform.project.files.map(withoutLock) };
      assert.notDeepEqual(careless.files, platform.project.files);
      const unlocked = deployed(careless);
      unlocked.properties = platform.properties;
      let together = 0;
      for (let hour = 0; hour < 2; hour += 1) {
        expire();
        const { ok, tokenRequests } = await draw(4, unlocked);
        assert.equal(ok, true, 'somebody has lost access');
        together = Math.max(together, tokenRequests);
      }
      assert.ok(together > 1, 'they did not refresh at once, so this shows nothing');
    });

    test('a proxy that fails is no reason to sign in again', async () => {
      await looker.signIn(person());
      expire();
      const token = kept().refresh_token;
      const upstream = await startUpstream();
      for (const told of [
        { status: 502, body: '<html>Bad gateway</html>' },
        { status: 503, body: '{"error":"temporarily_unavailable"}' },
        { body: '<html>' },
      ]) {
        upstream.answer(told);
        platform.options.hosts[PUBLIC] = upstream.url;
        assert.match((await world.dialog(looker.call('getData', request()))).details, /did not answer/);
        assert.equal(upstream.requests.filter(({ url }) => url.endsWith('/token')).length >= 3, true, 'asked again');
        await assert.rejects(looker.isAuthorised(), /did not answer/);
      }
      await upstream.stop();
      platform.options.hosts = { ...hosts };
      assert.equal(kept().refresh_token, token);
      assert.equal(await looker.isAuthorised(), true);
    });

    test('signing out forgets the tokens here and at the server', async () => {
      await looker.signIn(person());
      const { access_token: token } = kept();
      assert.equal((await check(token)).status, 200);
      await looker.call('resetAuth');
      assert.deepEqual([store().size, (await check(token)).status], [0, 401]);
      await looker.call('resetAuth');
      assert.equal(await looker.isAuthorised(), false);
    });

    test('access that was ended in the console asks to sign in again, at once and after an hour', async () => {
      await looker.signIn(person());
      const list = await owner.send(
        `${PUBLIC}/console/connectors`,
        /\/console\/connectors\/access\/\w+\/revoke/.exec((await opened(owner)).text)[0],
        {},
      );
      assert.equal(list.status, 303);
      assert.match((await world.dialog(looker.call('getData', request()))).details, /Sign in again/);
      assert.equal(await looker.isAuthorised(), false);
      expire();
      const { outcomes } = await draw(2);
      assert.ok(outcomes.every(({ error }) => /Sign in again/.test(error.text)), JSON.stringify(outcomes));
      assert.equal(await looker.isAuthorised(), false);
      assert.match(await looker.signIn(person()), /You are signed in/);
      assert.equal((await draw(1)).ok, true);
    });

    const opened = async (browser) => {
      await browser.send(`${PUBLIC}/console/connectors`, '/console/connectors', { name: 'x', script: 'x' });
      return browser.pages.at(-1);
    };

    test('this build has the functions of a sign-in, and no secret in it', () => {
      const { files, manifest } = platform.project;
      const context = vm.createContext(Object.create(null));
      const before = vm.runInContext('Object.getOwnPropertyNames(globalThis)', context);
      files.forEach(({ source }) => vm.runInContext(source, context));
      const made = [...vm.runInContext('Object.getOwnPropertyNames(globalThis)', context)];
      assert.deepEqual(made.filter((name) => !before.includes(name) && !name.endsWith('_')).sort(), CALLED);
      assert.ok(files.every(({ source }) => !source.includes(secret)));
      assert.deepEqual(manifest.dataStudio.authType, ['OAUTH2']);
      assert.deepEqual(manifest.oauthScopes, ['https://www.googleapis.com/auth/script.external_request']);
      assert.match(manifest.dependencies.libraries[0].version, /^\d+$/, 'a library under development may change');
    });

    test('a connector without its secret says whom to tell', async () => {
      platform.properties.store('script', USER).clear();
      const shown = await world.dialog(looker.call('get3PAuthorizationUrls'));
      assert.match(shown.details, /not set up yet/);
    });

    test('the reader is named only where every reader signs in himself', async () => {
      const project = loadProject(path.join(folder, 'viewers'));
      assert.equal(project.manifest.dataStudio.forceViewersCredentials, true);
      assert.ok(project.manifest.oauthScopes.includes('https://www.googleapis.com/auth/userinfo.email'));
      const named = async (made) => {
        platform = deployed(made);
        looker = new LookerStudio(platform, USER);
        await looker.signIn(person());
        const { ok, outcomes } = await draw(1);
        assert.equal(ok, true);
        return outcomes[0].fetches.at(-1).headers['X-Belvedere-Viewer'];
      };
      assert.equal(await named(project), USER);
      assert.equal(await named(loadProject(path.join(folder, 'plain'))), undefined);
    });
  });
};

function withoutLock({ name, source }) {
  return { name, source: source.replace(/^.*\.set(Cache|Lock)\(.*\n/gm, '') };
}
