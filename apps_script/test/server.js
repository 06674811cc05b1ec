'use strict';
/** Starts a real Belvedere server with the fixtures in it: the command line, a free port, a folder of its own. */

const { execFile, spawn } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '..', '..');
const COMMAND = path.join(ROOT, '.venv', 'bin', 'belvedere');
const FIXTURES = path.join(__dirname, 'fixtures');
const READY_MILLISECONDS = 120000;

// The fixtures as client accounts: name, file, and the slug that its name becomes.
const HARBOUR = { name: 'Harbour Lights', slug: 'harbour-lights', file: 'harbour.ndjson' };
const MEADOW = { name: 'Meadow Foods', slug: 'meadow-foods', file: 'meadow.ndjson' };

/** Import both clients, and one of them into a workspace of somebody else; make keys, and serve with `settings`. */
async function startServer(settings = {}) {
  if (!fs.existsSync(COMMAND)) throw new Error(`${COMMAND} is missing: run 'make setup' first.`);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'belvedere-connector-'));
  const port = await freePort();
  const env = { ...ownEnvironment(), ...settings, BELVEDERE_DATA_DIR: folder, BELVEDERE_PORT: String(port) };
  const command = (...args) => run(args, env);
  let server;
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  try {
    await importClient(command, HARBOUR, 'main');
    await importClient(command, MEADOW, 'main');
    await importClient(command, MEADOW, 'other');
    server = await serve(port, env);
    const keys = await makeKeys(command);
    return { ...server, keys, command, stop: () => server.stop().finally(remove) };
  } catch (error) {
    if (server !== undefined) await server.stop();
    remove();
    throw error;
  }
}

/** Return the environment without settings of the person who runs the tests. */
function ownEnvironment() {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('BELVEDERE_'));
  return { ...Object.fromEntries(kept), BELVEDERE_LOG_LEVEL: 'warning' };
}

function importClient(command, { name, file }, workspace) {
  const mapping = path.join(FIXTURES, 'tickets.yaml');
  const into = ['--client', name, '--workspace', workspace];
  return command('import', path.join(FIXTURES, file), '--as', 'tickets', '--mapping', mapping, ...into);
}

async function makeKeys(command) {
  const make = (name, workspace, ...more) =>
    command('key', 'create', '--name', name, '--workspace', workspace, ...more);
  const [all, meadow, other, late] = await Promise.all([
    make('all', 'main'),
    make('meadow', 'main', '--client', MEADOW.slug),
    make('other', 'other'),
    make('late', 'main'),
  ]);
  return { all, meadow, other, late };
}

/** Run one command to its end and return what it printed; fail with its own words. */
function run(args, env) {
  return new Promise((resolve, reject) => {
    execFile(COMMAND, args, { env, cwd: ROOT, timeout: READY_MILLISECONDS }, (error, stdout, stderr) => {
      if (error) reject(new Error(`belvedere ${args.join(' ')} failed: ${stderr || error.message}\n${stdout}`));
      else resolve(stdout.trim());
    });
  });
}

async function serve(port, env) {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(COMMAND, ['serve'], { env, cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => lines.push(String(chunk)));
  const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal || code)));
  const stop = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10000);
    const how = await ended;
    clearTimeout(timer);
    return how;
  };
  const late = Date.now() + READY_MILLISECONDS;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > late) {
      await stop();
      throw new Error(`belvedere serve did not become ready:\n${lines.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, stop, log: () => lines.join('') };
}

async function isReady(url) {
  try {
    return (await fetch(`${url}/healthz`)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const listener = net.createServer();
    listener.on('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const { port } = listener.address();
      listener.close(() => resolve(port));
    });
  });
}

/** Return the tickets of a client as the fixture file has them, by field id; spam is not listed. */
function ticketsOf({ name, file }) {
  const lines = fs.readFileSync(path.join(FIXTURES, file), 'utf8').trim().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter((row) => !row.spam)
    .map((row) => ({
      client_account: name,
      ticket_id: row.ticket_no,
      category: row.topic,
      channel: row.via,
      city: row.town,
      priority: row.prio,
      ticket_status: row.state,
      is_escalated: row.escalated,
      date_day: row.opened.slice(0, 10).replace(/-/g, ''),
      date_month: row.opened.slice(0, 7).replace('-', ''),
      hour_of_day: row.opened.slice(11, 13),
      seconds: row.solved === null ? null : (Date.parse(row.solved) - Date.parse(row.opened)) / 1000,
    }));
}

module.exports = { HARBOUR, MEADOW, startServer, ticketsOf };
