'use strict';
/** Rows of charts; every number is counted here from the fixtures. */

const assert = require('node:assert/strict');
const { before, describe, test } = require('node:test');
const { HARBOUR, MEADOW, ticketsOf } = require('../server.js');
const { ANSWERS, YEAR, request } = require('./world.js');

const harbour = ticketsOf(HARBOUR);
const meadow = ticketsOf(MEADOW);
const sum = (rows, name) => rows.reduce((total, row) => total + Number(row[name]), 0);

/** Count rows by a field, as an object; null becomes the text 'null'. */
function counted(rows, field) {
  const counts = {};
  for (const row of rows) {
    counts[row[field]] = (counts[row[field]] || 0) + (row.tickets_created === undefined ? 1 : row.tickets_created);
  }
  return counts;
}

module.exports = (world) => {
  describe('rows', () => {
    let source;
    before(async () => {
      source = await world.looker.createDataSource(ANSWERS);
    });
    const draw = (fields, more = {}) => world.looker.getData(source, { fields, dateRange: YEAR, ...more });

    test('one number', async () => {
      assert.deepEqual((await draw(['tickets_created', 'tickets_solved_cohort'])).rows, [
        {
          tickets_created: harbour.length,
          tickets_solved_cohort: harbour.filter((ticket) => ticket.seconds !== null).length,
        },
      ]);
    });

    test('by day, by month and by what may be empty', async () => {
      for (const field of ['date_day', 'date_month', 'category', 'channel', 'hour_of_day', 'is_escalated']) {
        assert.deepEqual(counted((await draw([field, 'tickets_created'])).rows, field), counted(harbour, field), field);
      }
    });

    test('the parts of an average give the average', async () => {
      const solved = harbour.filter((ticket) => ticket.seconds !== null);
      const expected = solved.reduce((total, ticket) => total + ticket.seconds, 0);
      const [row] = (await draw(['resolution_seconds_sum', 'tickets_solved_cohort'])).rows;
      assert.equal(Number(row.resolution_seconds_sum), expected);
      const [{ resolution_avg_seconds: average }] = (await draw(['resolution_avg_seconds'])).rows;
      assert.ok(Math.abs(Number(average) - expected / solved.length) < 0.01, average);
    });

    test('both ends of the range are included', async () => {
      const range = { startDate: '2025-02-03', endDate: '2025-02-10' };
      const expected = harbour.filter(
        (ticket) => ticket.date_day >= '20250203' && ticket.date_day <= '20250210',
      ).length;
      assert.equal(sum((await draw(['tickets_created'], { dateRange: range })).rows, 'tickets_created'), expected);
    });

    test('the default range of a new data source is answered', async () => {
      const { rows } = await world.looker.getData(source, { fields: ['date_day', 'tickets_created'] });
      assert.deepEqual(rows, []);
    });

    test('columns come in the order in which they are asked for', async () => {
      assert.deepEqual((await draw(['tickets_created', 'city', 'date_day', 'channel'])).names, [
        'tickets_created',
        'city',
        'date_day',
        'channel',
      ]);
    });

    test('more than twenty fields line up', async () => {
      const metrics = source.schema
        .filter((field) => field.semantics.isReaggregatable && field.formula === undefined)
        .map((field) => field.name);
      const { rows, names } = await draw(metrics.slice(0, 24));
      assert.deepEqual([rows.length, names.length], [1, 24]);
    });

    test('rows have one order, whatever was asked before', async () => {
      const first = await draw(['city', 'category', 'tickets_created']);
      assert.deepEqual((await draw(['city', 'category', 'tickets_created'])).rows, first.rows);
      const cities = first.rows.map((row) => row.city);
      assert.equal(cities[cities.length - 1], null, 'empty values come last');
    });

    test('several client accounts, all, and none named', async () => {
      const all = harbour.length + meadow.length;
      for (const [client, expected] of [
        [`${HARBOUR.slug},${MEADOW.slug}`, all],
        ['all_clients', all],
        [undefined, all],
        [MEADOW.slug, meadow.length],
        [[MEADOW.slug], meadow.length],
      ]) {
        const answer = await world.looker.call('getData', request({ configParams: { ...ANSWERS, client } }));
        assert.equal(answer.rows[0].values[0], expected, String(client));
      }
    });

    test('keys that are absent, empty or new are tolerated', async () => {
      const { configParams, dateRange } = request();
      const everything = await world.looker.call('getData', { configParams, dateRange });
      const names = everything.schema.map((field) => field.name);
      const dimensions = source.schema.filter((field) => field.semantics.conceptType === 'DIMENSION');
      assert.deepEqual(
        names.slice(0, dimensions.length),
        dimensions.map((field) => field.name),
      );
      assert.ok(names.includes('tickets_created') && names.every((name) => source.fields[name].formula === undefined));
      assert.equal(everything.rows.length, harbour.length, 'ticket_id is among them');
      const noDates = await world.looker.call('getData', { configParams, fields: [{ name: 'tickets_created' }] });
      assert.equal(noDates.rows[0].values[0], harbour.length, 'without a range all history is meant');
      const odd = {
        pagination: { startRow: 1, rowCount: 100 },
        scriptParams: {},
        dimensionsFilters: [],
        unheardOf: { a: [1] },
      };
      assert.equal((await world.looker.call('getData', request(odd))).rows[0].values[0], harbour.length);
    });

    test('sample requests are answered', async () => {
      const answer = await world.looker.call(
        'getData',
        request({ scriptParams: { sampleExtraction: true }, fields: [{ name: 'date_day' }, { name: 'city' }] }),
      );
      assert.ok(answer.rows.length > 0 && /^\d{8}$/.test(answer.rows[0].values[0]), JSON.stringify(answer));
    });

    test('a page of charts is drawn at once', async () => {
      const fields = [
        'date_day',
        'city',
        'category',
        'channel',
        'priority',
        'ticket_status',
        'date_month',
        'is_escalated',
      ];
      const charts = Array.from({ length: 24 }, (_, index) => draw([fields[index % fields.length], 'tickets_created']));
      for (const { rows } of await Promise.all(charts)) assert.equal(sum(rows, 'tickets_created'), harbour.length);
    });
  });
};
