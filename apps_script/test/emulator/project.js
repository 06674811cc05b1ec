'use strict';
/** A script project as `clasp push` would upload it: the manifest and the files in push order. */

const fs = require('node:fs');
const path = require('node:path');

/** Read the project in `folder`, leaving out what its .claspignore leaves out; `manifest` names another manifest. */
function loadProject(folder, manifest = 'appsscript.json') {
  const ignored = ignoreRules(path.join(folder, '.claspignore'));
  const names = listFiles(folder).filter((name) => !ignored(name));
  const first = pushOrder(folder);
  const scripts = names.filter((name) => name.endsWith('.js') || name.endsWith('.gs')).sort();
  const ordered = [
    ...first.filter((name) => scripts.includes(name)),
    ...scripts.filter((name) => !first.includes(name)),
  ];
  return {
    manifest: JSON.parse(fs.readFileSync(path.join(folder, manifest), 'utf8')),
    files: ordered.map((name) => ({ name, source: fs.readFileSync(path.join(folder, name), 'utf8') })),
    pushed: names,
  };
}

function listFiles(folder, below = '') {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    return entry.isDirectory() ? listFiles(folder, name) : [name];
  });
}

/** Return the order of .clasp.json (or of its example): files named there come first. */
function pushOrder(folder) {
  const settings = ['.clasp.json', '.clasp.json.example'].map((name) => path.join(folder, name)).find(fs.existsSync);
  return settings === undefined ? [] : JSON.parse(fs.readFileSync(settings, 'utf8')).filePushOrder || [];
}

/** Return a test for names; as in a .gitignore, the last rule that matches decides. */
function ignoreRules(file) {
  if (!fs.existsSync(file)) return () => false;
  const lines = fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.trim());
  const rules = lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const keeps = line.startsWith('!');
      return { keeps, pattern: globPattern(keeps ? line.slice(1) : line) };
    });
  return (name) => rules.reduce((ignored, rule) => (rule.pattern.test(name) ? !rule.keeps : ignored), false);
}

function globPattern(glob) {
  const parts = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
  const escaped = glob.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (found) => parts[found] || `\\${found}`);
  return new RegExp(`^${escaped}$`);
}

module.exports = { loadProject };
