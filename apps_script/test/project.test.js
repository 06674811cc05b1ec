'use strict';
/** What `clasp push` uploads: the manifest, the files, their globals and their wording. */

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { describe, test } = require('node:test');
const vm = require('node:vm');
const { loadProject } = require('./emulator/project.js');

const folder = path.join(__dirname, '..');
const project = loadProject(folder);
const section = project.manifest.dataStudio;

// Looker Studio calls these eight of a connector that people give a path and a key.
const CALLED = [
  'getAuthType',
  'getConfig',
  'getData',
  'getSchema',
  'isAdminUser',
  'isAuthValid',
  'resetAuth',
  'setCredentials',
];

describe('manifest', () => {
  test('asks for outgoing requests and nothing else, and does not limit their hosts', () => {
    assert.deepEqual(project.manifest.oauthScopes, ['https://www.googleapis.com/auth/script.external_request']);
    assert.equal('urlFetchWhitelist' in project.manifest, false, 'every self-hosted server has its own host');
    assert.equal(project.manifest.runtimeVersion, 'V8');
    assert.deepEqual(project.manifest.dependencies, {});
  });

  test('fills in what the product requires, within its limits', () => {
    assert.ok(section.name.length > 0 && section.name.length <= 28);
    assert.doesNotMatch(section.name, /connector|looker|data studio/i);
    assert.ok(section.shortDescription.length <= 114);
    assert.doesNotMatch(section.shortDescription, /https?:/);
    assert.ok(section.company && section.description);
    for (const link of ['companyUrl', 'logoUrl', 'addonUrl', 'supportUrl', 'privacyPolicyUrl', 'termsOfServiceUrl']) {
      assert.match(section[link], /^https:\/\//, link);
    }
    assert.deepEqual(section.authType, ['PATH_KEY']);
    assert.deepEqual(section.feeType, ['FREE']);
    assert.equal('advancedServices' in section, false);
  });
});

describe('files', () => {
  test('only the manifest and src are pushed', () => {
    const names = ['access', 'auth', 'config', 'data', 'errors', 'http', 'schema', 'viewer'].map((name) => `src/${name}.js`);
    assert.deepEqual([...project.pushed].sort(), ['appsscript.json', ...names]);
    assert.equal(project.files.length, names.length);
  });

  test('every file is valid JavaScript and evaluates alone, in any order', () => {
    for (const order of [project.files, [...project.files].reverse()]) {
      const context = vm.createContext(Object.create(null));
      order.forEach((file) => vm.runInContext(file.source, context, { filename: file.name }));
    }
    project.files.forEach((file) => execFileSync(process.execPath, ['--check', path.join(folder, file.name)]));
  });

  test('public functions are those that are called from outside; the others end with _', () => {
    const context = vm.createContext(Object.create(null));
    const before = new Set(vm.runInContext('Object.getOwnPropertyNames(globalThis)', context));
    project.files.forEach((file) => vm.runInContext(file.source, context));
    const made = [...vm.runInContext('Object.getOwnPropertyNames(globalThis)', context)].filter(
      (name) => !before.has(name),
    );
    assert.deepEqual(made.filter((name) => !name.endsWith('_')).sort(), CALLED);
  });

  test('logic names neither the product nor a host', () => {
    for (const file of project.files) {
      assert.doesNotMatch(
        file.source,
        /looker\s*studio|data\s+studio|lookerstudio\.google|datastudio\.google/i,
        file.name,
      );
    }
  });

  test('the connector stays thin', () => {
    for (const file of project.files) assert.ok(file.source.split('\n').length <= 150, `${file.name} has grown`);
  });
});
