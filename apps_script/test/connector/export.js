'use strict';
/** The copy that the command line writes for `clasp push` is the same connector, and it can be played by hand. */

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { describe, test } = require('node:test');
const { LookerStudio } = require('../emulator/looker-studio.js');
const { Platform } = require('../emulator/platform.js');
const { loadProject } = require('../emulator/project.js');
const { ANSWERS, request } = require('./world.js');

/** Run play.js to its end and return its exit status and what it printed. */
function played(...args) {
  const child = spawn(process.execPath, [path.join(__dirname, '..', '..', 'play.js'), ...args]);
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(String(chunk)));
  return new Promise((resolve) => child.on('close', (status) => resolve({ status, text: printed.join('') })));
}

module.exports = (world) => {
  describe('play.js', () => {
    test('walks from the key to the rows', async () => {
      const { url, keys } = world.server;
      const { status, text } = await played(url, keys.all, 'meadow-foods', '2025-01-01', '2025-12-31');
      assert.equal(status, 0, text);
      assert.match(text, /Signed in[^]*Dataset: Tickets[^]*tickets_created by date_day[^]*obeyed the protocol/);
    });

    test('says what is wrong and ends with a status', async () => {
      const wrong = await played(world.server.url, 'bvk_wrong');
      assert.deepEqual(wrong, { status: 1, text: 'The server refused this key.\n' });
      assert.equal((await played()).status, 2);
    });
  });

  describe('an exported copy', () => {
    test('signs in and draws a chart', async () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'belvedere-export-'));
      try {
        await world.server.command('connector', 'export', folder);
        const project = loadProject(folder);
        assert.equal(project.pushed.length, world.project.pushed.length);
        const copy = new LookerStudio(new Platform(project));
        assert.equal(await copy.authorise({ path: world.server.url, key: world.server.keys.all }), true);
        assert.ok((await copy.createDataSource(ANSWERS)).schema.length > 0);
        assert.equal((await copy.call('getData', request())).rows.length, 1);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    });
  });
};
