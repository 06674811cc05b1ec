'use strict';
/** Runs a few lines of Apps Script in the emulator, for the tests of the emulator itself. */

const assert = require('node:assert/strict');
const { Platform } = require('./emulator/platform.js');

const SCOPE = 'https://www.googleapis.com/auth/script.external_request';

/** Run `source` (one file or several) as a project and return the outcome of its function `main`. */
function run(source, { manifest = {}, options = {}, args = [], user } = {}) {
  return platformOf(source, manifest, options).execute('main', args, user);
}

/** Deploy the source; the manifest allows outgoing requests unless told otherwise. */
function platformOf(source, manifest = {}, options = {}) {
  const files = [].concat(source).map((text, index) => ({ name: `file${index}.gs`, source: text }));
  return new Platform({ manifest: { oauthScopes: [SCOPE], timeZone: 'Europe/Athens', ...manifest }, files }, options);
}

/** Run it and return what `main` returned. */
async function value(source, settings) {
  const outcome = await run(source, settings);
  assert.equal(outcome.ok, true, JSON.stringify(outcome.error));
  return outcome.value;
}

/** Run it and return the error that it must end in. */
async function refusal(source, settings) {
  const outcome = await run(source, settings);
  assert.equal(outcome.ok, false, 'the emulator allowed it');
  return outcome.error;
}

module.exports = { platformOf, refusal, run, value };
