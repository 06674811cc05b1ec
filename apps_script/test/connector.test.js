'use strict';
/** The connector, unmodified, against the real server. One server serves all parts. */

const { after, before, describe } = require('node:test');
const { World } = require('./connector/world.js');

const PARTS = ['signing-in', 'configuration', 'rows', 'filters', 'refusals', 'export', 'account'];

describe('against the real server', () => {
  const world = new World();
  before(() => world.open());
  after(() => world.close());
  PARTS.forEach((part) => require(`./connector/${part}.js`)(world));
});
