'use strict';
/** The three steps of the configuration, and the fields of a data source. */

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { HARBOUR, MEADOW } = require('../server.js');
const { ANSWERS } = require('./world.js');

module.exports = (world) => {
  describe('configuration', () => {
    test('three steps, each repeating the earlier ones', async () => {
      const config = await world.looker.configure({
        workspace: 'main',
        client: [HARBOUR.slug, MEADOW.slug],
        dataset: 'tickets',
      });
      assert.equal(config.steps, 3);
      assert.equal(config.dateRangeRequired, true);
      assert.deepEqual(
        config.elements.map((one) => one.name).slice(0, 4),
        ['workspace', 'client', 'dataset', 'comparison'],
      );
      assert.deepEqual(config.configParams, {
        workspace: 'main',
        client: `${HARBOUR.slug},${MEADOW.slug}`,
        dataset: 'tickets',
      });
      assert.deepEqual(config.elements[1].options.map((option) => option.value).sort(), [
        'all_clients',
        HARBOUR.slug,
        MEADOW.slug,
      ]);
      assert.ok(
        config.elements.every((one) => !(one.parameterControl || {}).allowOverride),
        'a viewer could widen what is shown',
      );
    });

    test('a step without an answer says what to choose, and goes on afterwards', async () => {
      const step = await world.looker.call('getConfig', { languageCode: 'en', configParams: {} });
      assert.equal(step.isSteppedConfig, true);
      assert.match(step.configParams.find((one) => one.type === 'INFO').text, /workspace/i);
    });

    test('languages of all spellings are understood', async () => {
      for (const language of ['it', 'pt-BR', 'zh_CN', 'xx', '']) await world.looker.configure(ANSWERS, language);
      await world.looker.call('getConfig', {});
    });

    test('a key of one client offers that client alone', async () => {
      const narrow = await world.signedIn('narrow@example.org', world.server.keys.meadow);
      const config = await narrow.configure({ ...ANSWERS, client: MEADOW.slug });
      assert.deepEqual(config.elements[1].options.map((option) => option.value).sort(), ['all_clients', MEADOW.slug]);
    });
  });

  describe('fields', () => {
    test('the schema obeys the protocol and needs no samples', async () => {
      const source = await world.looker.createDataSource(ANSWERS);
      assert.ok(source.schema.length > 40);
      assert.ok(source.schema.every((field) => field.semantics.semanticType && field.description && field.group));
      assert.deepEqual(
        source.schema.filter((field) => field.isDefault).map((field) => field.name),
        ['date_day', 'tickets_created'],
      );
      assert.match(source.fields.resolution_rate.formula, /SUM\(\$tickets_solved_cohort\)/);
      assert.equal(source.fields.resolution_median_seconds.semantics.isReaggregatable, false);
    });
  });
};
