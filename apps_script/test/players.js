'use strict';
/** Small connectors with given answers, to see whether the player of Looker Studio notices broken rules. */

const assert = require('node:assert/strict');
const { LookerStudio, ProtocolError } = require('./emulator/looker-studio.js');
const { Platform } = require('./emulator/platform.js');

const question = (name, more = {}) => ({
  type: 'SELECT_SINGLE',
  name,
  displayName: name,
  options: [{ label: 'A', value: 'a' }],
  ...more,
});
const dimension = (name, semanticType = 'TEXT', dataType = 'STRING') => ({
  name,
  label: name,
  dataType,
  semantics: { conceptType: 'DIMENSION', semanticType },
});
const metric = (name, more = {}) => ({
  name,
  label: name,
  dataType: 'NUMBER',
  semantics: { conceptType: 'METRIC', semanticType: 'NUMBER' },
  ...more,
});
const GOOD_CONFIG = { configParams: [question('dataset')], dateRangeRequired: true, isSteppedConfig: false };
const GOOD_SCHEMA = [dimension('city'), dimension('date_day', 'YEAR_MONTH_DAY'), metric('made'), metric('lost')];

/** Make a player of a connector that gives these answers; each may be a function of the request, as text. */
function playerOf({
  config = GOOD_CONFIG,
  schema = GOOD_SCHEMA,
  data = { schema: [], rows: [], filtersApplied: false },
  more = '',
} = {}) {
  const body = (answer) => (typeof answer === 'string' ? answer : `return ${JSON.stringify(answer)};`);
  const source = `
    function getConfig(request) { ${body(config)} }
    function getSchema(request) { ${body(Array.isArray(schema) ? { schema } : schema)} }
    function getData(request) { ${body(data)} }
    ${more}`;
  return new LookerStudio(new Platform({ manifest: {}, files: [{ name: 'code.gs', source }] }));
}

/** Expect that the player complains about the protocol. */
async function refuses(promise, pattern) {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof ProtocolError, String(error));
    assert.match(error.message, pattern);
    return true;
  });
}

module.exports = { GOOD_SCHEMA, dimension, metric, playerOf, question, refuses, GOOD_CONFIG };
