'use strict';
/** All eleven operators, INCLUDE and EXCLUDE, through the connector; totals are counted here from the fixture. */

const assert = require('node:assert/strict');
const { before, describe, test } = require('node:test');
const { ConnectorError } = require('../emulator/looker-studio.js');
const { HARBOUR, ticketsOf } = require('../server.js');
const { ANSWERS, YEAR } = require('./world.js');

const tickets = ticketsOf(HARBOUR);
const clause = (fieldName, operator, values, type = 'INCLUDE') => ({ fieldName, operator, values, type });

// operator, field, values, and the same condition written for the fixture; empty values make no condition true.
const known = (test) => (value) => value !== null && test(value);
const CASES = [
  ['EQUALS', 'category', ['Billing 100%'], known((value) => value === 'Billing 100%')],
  ['EQUALS', 'is_escalated', [true], known((value) => value === true)],
  ['CONTAINS', 'category', ['g_i'], known((value) => value.includes('g_i'))],
  ['CONTAINS', 'category', ['100%'], known((value) => value.includes('100%'))],
  ['REGEXP_PARTIAL_MATCH', 'category', ['(?i)^BILLING'], known((value) => /^billing/i.test(value))],
  ['REGEXP_EXACT_MATCH', 'category', ['Log.in'], known((value) => /^Log.in$/.test(value))],
  ['IN_LIST', 'city', ['Zürich', 'São Paulo'], known((value) => ['Zürich', 'São Paulo'].includes(value))],
  [
    'IN_LIST',
    'category',
    ['Refund, partial', 'O\'Neil "quote"'],
    known((value) => ['Refund, partial', 'O\'Neil "quote"'].includes(value)),
  ],
  ['IS_NULL', 'channel', [], (value) => value === null],
  ['BETWEEN', 'date_day', ['20250201', '20250228'], (value) => value >= '20250201' && value <= '20250228'],
  ['NUMERIC_GREATER_THAN', 'date_day', ['20250215'], (value) => value > '20250215'],
  ['NUMERIC_GREATER_THAN_OR_EQUAL', 'hour_of_day', ['14'], (value) => Number(value) >= 14],
  ['NUMERIC_LESS_THAN', 'hour_of_day', [14], (value) => Number(value) < 14],
  ['NUMERIC_LESS_THAN_OR_EQUAL', 'date_month', ['202502'], (value) => value <= '202502'],
];

module.exports = (world) => {
  let source;
  before(async () => {
    source = await world.looker.createDataSource(ANSWERS);
  });
  const draw = (filters, fields = ['tickets_created']) =>
    world.looker.getData(source, { fields, filters, dateRange: YEAR });

  /** Return the only total of a scorecard; no row means nothing. */
  async function total(filters) {
    const { rows, filtersApplied } = await draw(filters);
    assert.equal(filtersApplied, filters.length > 0);
    assert.ok(rows.length <= 1);
    return rows.length === 0 ? 0 : Number(rows[0].tickets_created);
  }

  describe('operators', () => {
    for (const [operator, field, values, holds] of CASES) {
      const expected = tickets.filter((ticket) => holds(ticket[field])).length;
      test(`${operator} on ${field}: ${expected} of ${tickets.length}`, async () => {
        assert.ok(expected > 0 && expected < tickets.length, 'this case distinguishes nothing');
        assert.equal(await total([[clause(field, operator, values)]]), expected);
        // EXCLUDE keeps what is empty: together the two make up the whole.
        assert.equal(await total([[clause(field, operator, values, 'EXCLUDE')]]), tickets.length - expected);
      });
    }

    test('the list of the protocol is complete', () => {
      assert.equal(new Set(CASES.map(([operator]) => operator)).size, 11);
    });
  });

  describe('combinations', () => {
    const mail = (ticket) => ticket.channel === 'email';
    const athens = (ticket) => ticket.city === 'Athens';
    const count = (holds) => tickets.filter(holds).length;

    test('the outer list is AND, the inner one OR', async () => {
      const [a, b] = [clause('channel', 'EQUALS', ['email']), clause('city', 'EQUALS', ['Athens'])];
      assert.equal(
        await total([[a], [b]]),
        count((ticket) => mail(ticket) && athens(ticket)),
      );
      assert.equal(
        await total([[a, b]]),
        count((ticket) => mail(ticket) || athens(ticket)),
      );
      assert.equal(
        await total([[a], [{ ...b, type: 'EXCLUDE' }]]),
        count((ticket) => mail(ticket) && !athens(ticket)),
      );
      assert.equal(await total([]), tickets.length);
    });

    test('fields for filtering alone do not come back, and do not split the rows', async () => {
      const { names, rows, filtersApplied } = await draw(
        [[clause('channel', 'EQUALS', ['email'])]],
        ['city', 'tickets_created'],
      );
      assert.deepEqual([names, filtersApplied], [['city', 'tickets_created'], true]);
      const cities = new Set(tickets.filter(mail).map((ticket) => ticket.city));
      assert.equal(rows.length, cities.size);
      assert.equal(
        rows.reduce((sum, row) => sum + row.tickets_created, 0),
        count(mail),
      );
    });

    test('an unknown operator: nothing is applied, and the columns to filter by come back', async () => {
      const filters = [[clause('channel', 'EQUALS', ['email'])], [clause('city', 'SOUNDS_LIKE', ['Athens'])]];
      const { names, rows, filtersApplied } = await draw(filters, ['priority', 'tickets_created']);
      assert.equal(filtersApplied, false);
      assert.deepEqual(names, ['priority', 'tickets_created', 'channel', 'city']);
      const left = rows
        .filter((row) => row.channel === 'email' && row.city === 'Athens')
        .reduce((sum, row) => sum + row.tickets_created, 0);
      assert.equal(
        left,
        count((ticket) => mail(ticket) && athens(ticket)),
      );
    });

    test('an unknown operator beside a metric that cannot be added up is an error', async () => {
      await assert.rejects(
        draw([[clause('city', 'SOUNDS_LIKE', ['Athens'])]], ['resolution_median_seconds']),
        (error) => {
          assert.ok(error instanceof ConnectorError && error.details, String(error));
          assert.match(error.details, /SOUNDS_LIKE/);
          return true;
        },
      );
    });

    test('values that mean nothing are errors for readers', async () => {
      for (const [filters, pattern] of [
        [[[clause('category', 'REGEXP_PARTIAL_MATCH', ['(unclosed'])]], /missing|pattern/i],
        [[[clause('category', 'REGEXP_EXACT_MATCH', ['(?=ahead)'])]], /pattern|invalid/i],
        [[[clause('date_day', 'BETWEEN', ['20250101'])]], /two values/],
        [[[clause('date_day', 'EQUALS', ['yesterday'])]], /YYYYMMDD/],
        [[[clause('hour_of_day', 'NUMERIC_LESS_THAN', ['noon'])]], /hour/],
        [[[clause('no_such_field', 'EQUALS', ['x'])]], /no_such_field/],
      ]) {
        await assert.rejects(draw(filters), (error) => {
          assert.ok(error instanceof ConnectorError, String(error));
          assert.match(error.details, pattern);
          return true;
        });
      }
      assert.equal(await world.looker.isAuthorised(), true, 'a mistake in a chart must not sign anybody out');
    });
  });
};
