'use strict';
/** The player of Looker Studio, making a data source: good answers pass, and each broken rule is noticed. */

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { GOOD_CONFIG, GOOD_SCHEMA, dimension, metric, playerOf, question, refuses } = require('./players.js');

describe('configuration', () => {
  const walk = (config, answers = { dataset: 'a' }) => playerOf({ config }).configure(answers);

  test('one step, or several', async () => {
    assert.deepEqual((await walk(GOOD_CONFIG)).configParams, { dataset: 'a' });
    const stepped = `
      var first = ${JSON.stringify(
        question('w', {
          isDynamic: true,
          type: 'SELECT_MULTIPLE',
          options: [
            { label: 'A', value: 'a' },
            { label: 'B', value: 'b' },
          ],
        }),
      )};
      var second = ${JSON.stringify(question('d'))};
      var params = request.configParams;
      var note = { type: 'INFO', name: 'note', text: 'Choose' };
      if (!params) return { configParams: [first, note], isSteppedConfig: true };
      return { configParams: [first, second], isSteppedConfig: false };`;
    const final = await walk(stepped, { w: ['a', 'b'], d: 'a' });
    assert.deepEqual([final.configParams, final.steps], [{ w: 'a,b', d: 'a' }, 2]);
  });

  test('elements of earlier steps may not change', async () => {
    const changing = `
      var first = ${JSON.stringify(question('w', { isDynamic: true }))};
      if (!request.configParams) return { configParams: [first], isSteppedConfig: true };
      first.displayName = 'Changed';
      return { configParams: [first], isSteppedConfig: false };`;
    await refuses(walk(changing, { w: 'a' }), /'w' was dropped, moved or changed/);
  });

  test('equal requests need equal answers', async () => {
    const random = "return { configParams: [{type: 'INFO', name: 'n', text: String(Math.random())}] };";
    await refuses(walk(random), /two answers to one request/);
  });

  test('a step that asks for nothing new never ends', async () => {
    await refuses(walk({ ...GOOD_CONFIG, isSteppedConfig: true }), /nothing new can be answered/);
  });

  for (const [what, element, pattern] of [
    ['a name with a space', question('data set'), /'data set' is empty or has a space/],
    ['an unknown type', { ...question('d'), type: 'NUMBER' }, /type NUMBER does not exist/],
    ['an unknown property', question('d', { defaultValue: 'a' }), /no property defaultValue/],
    ['an option with a comma', question('d', { options: [{ label: 'A', value: 'a,b' }] }), /option 'a,b'/],
    [
      'dynamic and overridable',
      question('d', { isDynamic: true, parameterControl: { allowOverride: true } }),
      /dynamic and overridable/,
    ],
  ]) {
    test(`${what} is refused`, () => refuses(walk({ configParams: [element] }), pattern));
  }
});

describe('schema', () => {
  const make = (schema) => playerOf({ schema }).createDataSource({ dataset: 'a' });

  test('a good one passes, formulas included', async () => {
    const formula = metric('share', { formula: 'SUM($made) / SUM($lost)', defaultAggregationType: 'AUTO' });
    assert.equal((await make([...GOOD_SCHEMA, formula])).schema.length, 5);
  });

  const twice = { isDefault: true };
  for (const [what, fields, pattern] of [
    ['no field', [], /not a list of fields/],
    ['a doubled name', [metric('made')], /two fields carry one name/],
    ['a name with a hyphen', [metric('a-b')], /letters, digits and _/],
    ['the name of a function', [metric('count')], /the name is a function/],
    ['an unknown type', [dimension('d', 'DATETIME')], /semanticType DATETIME does not exist/],
    [
      'a currency that is not listed',
      [metric('m', { semantics: { conceptType: 'METRIC', semanticType: 'CURRENCY_XXX' } })],
      /CURRENCY_XXX/,
    ],
    ['a duration as a number', [dimension('d', 'DURATION', 'NUMBER')], /NUMBER does not carry DURATION/],
    ['two defaults', [metric('m', twice), metric('n', twice)], /more than one default metric/],
    ['AUTO without a formula', [metric('m', { defaultAggregationType: 'AUTO' })], /AUTO is for calculated/],
    [
      'a formula that is not AUTO',
      [metric('m', { formula: 'SUM($made)', defaultAggregationType: 'SUM' })],
      /is AUTO, not SUM/,
    ],
    [
      'a formula of a missing field',
      [metric('m', { formula: 'SUM($gone)', defaultAggregationType: 'AUTO' })],
      /'gone', which is not a field/,
    ],
    [
      'an aggregation of what cannot be aggregated',
      [
        metric('m', {
          defaultAggregationType: 'SUM',
          semantics: { conceptType: 'METRIC', semanticType: 'NUMBER', isReaggregatable: false },
        }),
      ],
      /yet it names an aggregation/,
    ],
    ['an unknown property', [metric('m', { type: 'x' })], /unknown property type/],
  ]) {
    test(`${what} is refused`, () =>
      refuses(make(fields.length === 0 ? fields : [...GOOD_SCHEMA, ...fields]), pattern));
  }
});
