'use strict';
/**
 * Plays Looker Studio against a running server, without Google: the connector's own files in the emulator.
 *
 *   node apps_script/play.js ADDRESS KEY [CLIENT] [FROM TO]
 *
 * CLIENT is the slug of a client account (all by default); FROM and TO are days, YYYY-MM-DD.
 */

const { ConnectorError, LookerStudio } = require('./test/emulator/looker-studio.js');
const { Platform } = require('./test/emulator/platform.js');
const { loadProject } = require('./test/emulator/project.js');

const USAGE = 'node apps_script/play.js ADDRESS KEY [CLIENT] [FROM TO]';
const MOST_LINES = 15;

async function play([path, key, client = 'all_clients', startDate, endDate]) {
  const looker = new LookerStudio(new Platform(loadProject(__dirname)));
  if (!(await looker.authorise({ path, key }))) throw new Error('The server refused this key.');
  console.log(`Signed in at ${path}.`);
  const source = await looker.createDataSource(await firstChoices(looker, client));
  console.log(`Data source: ${JSON.stringify(source.configParams)}, ${source.schema.length} fields.`);
  const dateRange = startDate && endDate ? { startDate, endDate } : undefined;
  const fields = defaultFields(source);
  const { dateRange: asked } = looker.requests(source, { fields, dateRange })[0];
  const { rows } = await looker.getData(source, { fields, dateRange });
  console.log(`${fields.join(' by ')}, ${asked.startDate} to ${asked.endDate}: ${rows.length} rows.`);
  rows.slice(0, MOST_LINES).forEach((row) => console.log(`  ${fields.map((name) => row[name]).join('  ')}`));
  if (rows.length > MOST_LINES) console.log(`  and ${rows.length - MOST_LINES} more`);
  console.log('Every answer obeyed the protocol.');
}

/** Answer each step with the client account that was named, else with its first choice. */
async function firstChoices(looker, client) {
  const answers = { client };
  for (;;) {
    const config = await looker.call('getConfig', { languageCode: 'en', configParams: answers });
    const open = config.configParams.find((one) => one.options && answers[one.name] === undefined);
    if (open === undefined) return answers;
    answers[open.name] = open.options[0].value;
    console.log(`${open.displayName}: ${open.options[0].label}`);
  }
}

function defaultFields({ schema }) {
  const chosen = (concept) =>
    schema.find((field) => field.isDefault && field.semantics.conceptType === concept) ||
    schema.find((field) => field.semantics.conceptType === concept);
  return [chosen('METRIC').name, chosen('DIMENSION').name];
}

const given = process.argv.slice(2);
if (given.length < 2) {
  console.error(`Usage: ${USAGE}`);
  process.exitCode = 2;
} else {
  play(given).catch((error) => {
    console.error(error instanceof ConnectorError ? error.toString() : error.message);
    process.exitCode = 1;
  });
}
