'use strict';
/** Draws charts through the connector on the emulator: `node replay.js ADDRESS KEY CHARTS.json` prints their answers.
 *
 * A chart is {configParams, fields, dateRange, filters}; tests/looker_templates/test_replay.py sends those of all templates.
 */

const fs = require('node:fs');
const path = require('node:path');
const { LookerStudio } = require('./emulator/looker-studio.js');
const { Platform } = require('./emulator/platform.js');
const { loadProject } = require('./emulator/project.js');

async function replay([address, key, file]) {
  const platform = new Platform(loadProject(path.join(__dirname, '..')), { skipSleeps: true });
  const looker = new LookerStudio(platform, 'owner@example.org');
  if (!(await looker.authorise({ path: address, key }))) throw new Error('the key is refused');
  const sources = new Map();
  const answers = [];
  for (const { configParams, ...chart } of JSON.parse(fs.readFileSync(file, 'utf8'))) {
    const place = JSON.stringify(configParams);
    if (!sources.has(place)) sources.set(place, await looker.createDataSource(configParams));
    answers.push(await looker.getData(sources.get(place), chart));
  }
  return answers;
}

replay(process.argv.slice(2)).then(
  (answers) => process.stdout.write(JSON.stringify(answers)),
  (error) => {
    process.stderr.write(`${error.stack || error}\n`);
    process.exitCode = 1;
  },
);
