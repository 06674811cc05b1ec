'use strict';
/** What the server refuses, as people see it. */

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { LookerStudio } = require('../emulator/looker-studio.js');
const { Platform } = require('../emulator/platform.js');
const { MEADOW, ticketsOf } = require('../server.js');
const { ANSWERS, request } = require('./world.js');

const meadow = ticketsOf(MEADOW);

module.exports = (world) => {
  describe('refusals', () => {
    test('what a key may not see does not exist for it, and the key is kept', async () => {
      const narrow = await world.signedIn('narrow@example.org', world.server.keys.meadow);
      const shown = await world.dialog(narrow.call('getData', request()));
      assert.match(shown.details, /harbour-lights/);
      assert.doesNotMatch(shown.details, /Harbour Lights/, 'the name of a client that this key may not see');
      assert.equal(await narrow.isAuthorised(), true);
      const all = await narrow.call('getData', request({ configParams: { ...ANSWERS, client: 'all_clients' } }));
      assert.equal(all.rows[0].values[0], meadow.length);
    });

    test('a workspace of somebody else does not exist, in the same words as one that nobody has', async () => {
      for (const name of ['getSchema', 'getData', 'getConfig']) {
        const texts = [];
        for (const workspace of ['other', 'nobodys']) {
          const shown = await world.dialog(
            world.looker.call(name, request({ configParams: { ...ANSWERS, workspace } })),
          );
          assert.match(shown.details, new RegExp(`no workspace '${workspace}'`));
          texts.push(shown.details.replace(workspace, '…'));
        }
        assert.equal(texts[0], texts[1]);
      }
      assert.equal(await world.looker.isAuthorised(), true);
    });

    test('a key of another workspace reads that one alone', async () => {
      const other = await world.signedIn('other@example.org', world.server.keys.other);
      await world.dialog(other.call('getData', request()));
      const config = await other.configure({ ...ANSWERS, workspace: 'other', client: MEADOW.slug });
      assert.deepEqual(
        config.elements[0].options.map((option) => option.value),
        ['other'],
      );
      const own = await other.call(
        'getData',
        request({ configParams: { ...ANSWERS, workspace: 'other', client: '' } }),
      );
      assert.equal(own.rows[0].values[0], meadow.length);
      const without = await other.call('getData', request({ configParams: { dataset: 'tickets' } }));
      assert.equal(without.rows[0].values[0], meadow.length, 'without a workspace the one of the key is meant');
    });

    test('mistakes are told to readers in words', async () => {
      for (const [name, body, pattern] of [
        [
          'getData',
          request({ fields: [{ name: 'tickets_creatd' }] }),
          /'tickets_creatd' is not in the dataset.*tickets_created/,
        ],
        ['getData', request({ configParams: { ...ANSWERS, dataset: 'no_such' } }), /no dataset 'no_such'/],
        ['getSchema', { configParams: { ...ANSWERS, dataset: 'no_such' } }, /no dataset 'no_such'/],
        ['getData', request({ configParams: { workspace: 'main' } }), /no dataset/],
        [
          'getData',
          request({ dateRange: { startDate: '2025-02-01', endDate: '2025-01-01' } }),
          /ends .* before it starts/,
        ],
        ['getData', request({ dateRange: { startDate: 'soon', endDate: 'later' } }), /YYYY-MM-DD/],
        ['getData', request({ fields: 'tickets_created' }), /shape/],
        ['getData', request({ dimensionsFilters: [[{ fieldName: 'city' }]] }), /shape/],
      ]) {
        assert.match((await world.dialog(world.looker.call(name, body))).details, pattern);
      }
      assert.equal(await world.looker.isAuthorised(), true);
    });

    test('a viewer without a key of his own is not connected', async () => {
      const viewer = new LookerStudio(world.platform, 'viewer@example.org');
      assert.match((await world.dialog(viewer.call('getData', request()))).details, /not connected/);
    });

    test('the debug text names code and request id, and only administrators see it', async () => {
      await world.dialog(world.looker.call('getData', request({ fields: [{ name: 'nothing' }] })));
      const admin = await world.looker.call('isAdminUser');
      const outcome = await world.platform.execute(
        'getData',
        [request({ fields: [{ name: 'nothing' }] })],
        'owner@example.org',
      );
      assert.match(outcome.error.debugText, /^HTTP 400 · unknown_field \(400\): .* · request id \S+$/);
      const shown = await world.dialog(world.looker.call('getData', request({ fields: [{ name: 'nothing' }] })));
      assert.equal(
        shown.debug,
        admin ? outcome.error.debugText.replace(/request id \S+/, shown.debug.match(/request id \S+/)[0]) : undefined,
      );
    });

    test('a server that has gone is an error, not a lost key', async () => {
      const impatient = new Platform(world.project, { skipSleeps: true });
      const player = new LookerStudio(impatient);
      assert.equal(await player.authorise({ path: world.server.url, key: world.server.keys.all }), true);
      impatient.properties.set('user', 'owner@example.org', { 'dscc.path': 'http://127.0.0.1:1' }, false);
      assert.match((await world.dialog(player.call('getData', request()))).details, /did not answer/);
      impatient.properties.set('user', 'owner@example.org', { 'dscc.path': world.server.url }, false);
      assert.equal(await player.isAuthorised(), true);
    });
  });
};
