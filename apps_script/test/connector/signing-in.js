'use strict';
/** Path and key against the real server. */

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { ConnectorError, LookerStudio } = require('../emulator/looker-studio.js');
const { request } = require('./world.js');

module.exports = (world) => {
  describe('signing in', () => {
    test('a working key is kept, a wrong one is not', async () => {
      const stranger = new LookerStudio(world.platform, 'stranger@example.org');
      assert.equal(await stranger.isAuthorised(), false);
      for (const key of ['bvk_wrong', 'nonsense', `${world.server.keys.all}x`]) {
        assert.equal(await stranger.authorise({ path: world.server.url, key }), false, 'a wrong key was accepted');
      }
      assert.equal(await stranger.isAuthorised(), false);
      assert.equal(await stranger.authorise({ path: ` ${world.server.url}/ `, key: world.server.keys.meadow }), true);
      await stranger.call('resetAuth');
      assert.equal(await stranger.isAuthorised(), false);
      assert.equal(world.platform.properties.store('user', 'stranger@example.org').size, 0);
    });

    test("a path that is not the server's root is no server", async () => {
      const stranger = new LookerStudio(world.platform, 'lost@example.org');
      await assert.rejects(
        stranger.authorise({ path: `${world.server.url}/elsewhere`, key: world.server.keys.all }),
        ConnectorError,
      );
    });

    test('the holder of a key for the whole workspace is an administrator, of one for a client is not', async () => {
      assert.equal(await world.looker.call('isAdminUser'), true);
      const narrow = await world.signedIn('narrow@example.org', world.server.keys.meadow);
      assert.equal(await narrow.call('isAdminUser'), false);
    });

    test('a key that was revoked in the meantime is forgotten', async () => {
      const key = world.server.keys.late;
      const late = await world.signedIn('late@example.org', key);
      await world.server.command('key', 'revoke', 'late', '--workspace', 'main');
      assert.match((await world.dialog(late.call('getData', request()))).details, /reconnect it with a valid key/);
      assert.equal(world.platform.properties.store('user', 'late@example.org').size, 0);
      assert.equal(await late.isAuthorised(), false);
      assert.equal(await late.authorise({ path: world.server.url, key }), false);
    });
  });
};
