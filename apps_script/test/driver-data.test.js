'use strict';
/** The player of Looker Studio, asking for rows and showing errors: each broken rule is noticed. */

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { GOOD_SCHEMA, dimension, playerOf, refuses } = require('./players.js');

describe('rows', () => {
  const columns = [
    { name: 'city', dataType: 'STRING' },
    { name: 'made', dataType: 'NUMBER' },
  ];
  const good = { schema: columns, rows: [{ values: ['Aarhus', 1] }, { values: [null, null] }], filtersApplied: true };
  const filters = [[{ fieldName: 'date_day', type: 'INCLUDE', operator: 'EQUALS', values: ['20250101'] }]];

  async function draw(data, chart = {}) {
    const player = playerOf({ data });
    const source = await player.createDataSource({ dataset: 'a' });
    return player.getData(source, { fields: ['city', 'made'], filters, ...chart });
  }

  test('a good answer passes', async () => {
    assert.deepEqual((await draw(good)).rows, [
      { city: 'Aarhus', made: 1 },
      { city: null, made: null },
    ]);
  });

  for (const [what, change, pattern] of [
    ['filtersApplied that is only truthy', { filtersApplied: [] }, /filtersApplied is not a boolean/],
    ['columns in another order', { schema: [...columns].reverse() }, /columns are not \[city,made\]/],
    [
      'filters not applied and their columns missing',
      { filtersApplied: false },
      /columns are not \[city,made,date_day\]/,
    ],
    ['a short row', { rows: [{ values: ['Aarhus'] }] }, /not one value for each column/],
    ['a list as a value', { rows: [{ values: [['a'], 1] }] }, /is no value of this type/],
    ['a number as text of a text field', { rows: [{ values: [5, 1] }] }, /5 is no value/],
    ['a number with an exponent as text', { rows: [{ values: ['a', '1e5'] }] }, /"1e5" is no value/],
    [
      'another dataType than the schema has',
      { schema: [columns[0], { name: 'made', dataType: 'STRING' }] },
      /dataType differs/,
    ],
    ['a property that does not exist', { cachedData: true }, /unknown property cachedData/],
  ]) {
    test(`${what} is refused`, () => refuses(draw({ ...good, ...change }), pattern));
  }

  test('filter-only columns beside applied filters are refused', async () => {
    const data = { ...good, schema: [...columns, { name: 'date_day', dataType: 'STRING' }], rows: [] };
    await refuses(draw(data), /columns are not \[city,made\]/);
    assert.deepEqual((await draw({ ...data, filtersApplied: false })).names, ['city', 'made', 'date_day']);
  });

  test('a date that is not in wire format is refused', async () => {
    const data = {
      schema: [{ name: 'date_day', dataType: 'STRING' }],
      rows: [{ values: ['2025-01-01'] }],
      filtersApplied: false,
    };
    await refuses(draw(data, { fields: ['date_day'], filters: undefined }), /"2025-01-01" is no value/);
  });

  test('more than twenty fields become several requests, and the parts must line up', async () => {
    const names = Array.from({ length: 45 }, (_, index) => `d${index}`);
    const echo = (
      rows,
    ) => `return { schema: request.fields.map(function (f) { return {name: f.name, dataType: 'STRING'}; }),
      rows: ${rows}, filtersApplied: false };`;
    const chart = async (rows) => {
      const player = playerOf({ schema: names.map((name) => dimension(name)), data: echo(rows) });
      const source = await player.createDataSource({ dataset: 'a' });
      assert.deepEqual(
        player.requests(source, { fields: names }).map((request) => request.fields.length),
        [20, 20, 5],
      );
      return player.getData(source, { fields: names });
    };
    assert.equal(
      Object.keys((await chart('[{values: request.fields.map(function (f) { return f.name; })}]')).rows[0]).length,
      45,
    );
    await refuses(
      chart('request.fields.length < 20 ? [] : [{values: request.fields.map(function () { return null; })}]'),
      /different numbers of rows/,
    );
  });

  test('the dates are those of the control, or the last 28 days without today', async () => {
    const player = playerOf();
    player.today = () => new Date('2025-03-01T10:00:00Z');
    const source = await player.createDataSource({ dataset: 'a' });
    assert.deepEqual(player.requests(source, { fields: [] })[0].dateRange, {
      startDate: '2025-02-01',
      endDate: '2025-02-28',
    });
    assert.equal('dateRange' in player.requests({ ...source, dateRangeRequired: false }, { fields: [] })[0], false);
  });
});

describe('detection of types', () => {
  test('runs if no field has a semantic type, over the day before yesterday', async () => {
    const plain = GOOD_SCHEMA.map(({ semantics: { conceptType }, ...field }) => ({
      ...field,
      semantics: { conceptType },
    }));
    const record = `PropertiesService.getScriptProperties().setProperty('seen', JSON.stringify(request));
      var columns = request.fields.map(function (f) {
        return { name: f.name, dataType: f.name === 'made' || f.name === 'lost' ? 'NUMBER' : 'STRING' };
      });
      return { schema: columns, rows: [], filtersApplied: false };`;
    const seen = async (schema) => {
      const player = playerOf({ schema, data: record });
      player.today = () => new Date('2025-03-10T10:00:00Z');
      await player.createDataSource({ dataset: 'a' });
      return player.platform.properties.store('script').get('seen');
    };
    assert.equal(await seen(GOOD_SCHEMA), undefined, 'declared types need no samples');
    const request = JSON.parse(await seen(plain));
    assert.deepEqual(request.scriptParams, { sampleExtraction: true });
    assert.deepEqual(request.dateRange, { startDate: '2025-03-08', endDate: '2025-03-08' });
    assert.equal(request.fields.length, 4);
  });
});

describe('errors', () => {
  const failing = (code, admin) => playerOf({ data: code, more: `function isAdminUser() { return ${admin}; }` });
  const thrown = (player) =>
    player.call('getData', {}).then(
      () => assert.fail('no error'),
      (error) => error.toString(),
    );
  const user =
    'DataStudioApp.createCommunityConnector().newUserError()' +
    ".setText('For all').setDebugText('For admins').throwException();";

  test('a user error shows its text to all and its debug text to administrators', async () => {
    assert.match(await thrown(failing(user, true)), /Connector details: For all\nDebug: For admins$/);
    const other = await thrown(failing(user, false));
    assert.match(other, /Connector details: For all\nError ID: /);
    assert.doesNotMatch(other, /For admins/);
  });

  test('any other exception tells readers nothing', async () => {
    assert.match(await thrown(failing("throw new Error('inside');", true)), /Debug: Error: inside/);
    assert.doesNotMatch(await thrown(failing("throw new Error('inside');", false)), /inside|Connector details/);
    assert.doesNotMatch(await thrown(failing("throw new Error('inside');", '(function () { throw 1; })()')), /inside/);
  });
});
