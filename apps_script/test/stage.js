'use strict';
/** The connector before a broken proxy: credentials are kept already, sleeps are skipped. */

const assert = require('node:assert/strict');
const path = require('node:path');
const { ConnectorError, LookerStudio } = require('./emulator/looker-studio.js');
const { Platform } = require('./emulator/platform.js');
const { loadProject } = require('./emulator/project.js');
const { startUpstream } = require('./upstream.js');

const KEY = 'bvk_this-key-must-never-be-seen';
const USER = 'owner@example.org';

/** Write an error body as Belvedere does. */
const errorBody = (code, message, debug = 'for administrators') =>
  JSON.stringify({ error: { code, message, debug, request_id: 'req-77' } });

class Stage {
  constructor(upstream) {
    this.upstream = upstream;
    this.project = loadProject(path.join(__dirname, '..'));
  }

  static async open() {
    return new Stage(await startUpstream());
  }

  close() {
    return this.upstream.stop();
  }

  /** Begin a test: a new platform on which the user is signed in at the proxy. */
  reset() {
    this.platform = new Platform(this.project, { skipSleeps: true });
    this.looker = new LookerStudio(this.platform, USER);
    this.keep(this.upstream.url);
    this.upstream.answer({ body: '{}' });
  }

  /** Put credentials where setCredentials puts them, without asking the proxy. */
  keep(url) {
    this.platform.properties.set('user', USER, { 'dscc.path': url, 'dscc.key': KEY }, false);
  }

  get store() {
    return this.platform.properties.store('user', USER);
  }

  get keptKey() {
    return this.store.get('dscc.key');
  }

  get sleeps() {
    return this.platform.sleeps;
  }

  get dataCalls() {
    return this.upstream.requests.filter((request) => request.url.endsWith('/data')).length;
  }

  /** Answer data calls with `told`, and the check of the key as for an administrator or not. */
  broken(told, admin = true) {
    this.upstream.answer((request, count) => {
      if (request.url.endsWith('/auth/check')) return { body: JSON.stringify({ admin }) };
      return typeof told === 'function' ? told(count) : told;
    });
  }

  /** Call a function, expect a dialog with a text, and make sure that nothing in it or in the logs is secret. */
  async dialog(name = 'getData', request = { fields: [{ name: 'ticket_id' }] }) {
    const shown = await this.looker.call(name, request).then(
      (value) => assert.fail(`no error, but ${JSON.stringify(value)}`),
      (thrown) => thrown,
    );
    assert.ok(shown instanceof ConnectorError, String(shown));
    assert.ok(shown.details, 'readers get only an error id');
    const { error, logs } = this.looker.last;
    assert.doesNotMatch(JSON.stringify([shown.toString(), error, logs]), /this-key-must-never-be-seen/);
    return shown;
  }
}

module.exports = { KEY, Stage, USER, errorBody };
