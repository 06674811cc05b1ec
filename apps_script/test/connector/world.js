'use strict';
/** A real server, the connector deployed on the emulator, and its owner, signed in. */

const assert = require('node:assert/strict');
const path = require('node:path');
const { ConnectorError, LookerStudio } = require('../emulator/looker-studio.js');
const { Platform } = require('../emulator/platform.js');
const { loadProject } = require('../emulator/project.js');
const { HARBOUR, startServer } = require('../server.js');

const YEAR = { startDate: '2025-01-01', endDate: '2025-12-31' };
const PUBLIC = 'https://belvedere.example.org';
const ANSWERS = { workspace: 'main', client: HARBOUR.slug, dataset: 'tickets' };

/** A getData request for one number; `more` adds to it or takes the place of its parts. */
const request = (more) => ({ configParams: ANSWERS, dateRange: YEAR, fields: [{ name: 'tickets_created' }], ...more });

class World {
  async open() {
    this.project = loadProject(path.join(__dirname, '..', '..'));
    this.server = await startServer({ BELVEDERE_PUBLIC_URL: PUBLIC });
    this.platform = new Platform(this.project, { skipSleeps: true });
    this.looker = await this.signedIn('owner@example.org', this.server.keys.all);
  }

  async close() {
    if (this.server === undefined) return;
    assert.equal(await this.server.stop(), 0, 'SIGTERM did not end the server cleanly');
    assert.doesNotMatch(this.server.log(), /bv[acfko]_/, "a secret is in the server's log");
  }

  async signedIn(user, key) {
    const player = new LookerStudio(this.platform, user);
    assert.equal(await player.authorise({ path: this.server.url, key }), true);
    return player;
  }

  /** Expect that a call ends in a dialog with a text for readers and without a key, and return it. */
  async dialog(call) {
    const shown = await call.then(
      (value) => assert.fail(`no error, but ${JSON.stringify(value).slice(0, 200)}`),
      (error) => error,
    );
    assert.ok(shown instanceof ConnectorError, String(shown));
    assert.ok(shown.details, 'readers get only an error id');
    assert.doesNotMatch(shown.toString(), /bvk_/);
    return shown;
  }
}

module.exports = { ANSWERS, PUBLIC, World, YEAR, request };
