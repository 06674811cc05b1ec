'use strict';
/**
 * Google's side of a script project: starts executions, keeps what outlives them and answers the
 * calls of their services. Executions of different charts run side by side in their own threads.
 */

const crypto = require('node:crypto');
const path = require('node:path');
const { MessageChannel, Worker } = require('node:worker_threads');
const { LIMITS } = require('./limits.js');
const { Callbacks } = require('./callbacks.js');
const { librariesOf } = require('./libraries.js');
const { CALLS } = require('./platform-calls.js');
const { Cache, DailyUse, Locks, Properties } = require('./stores.js');

const SCOPES = {
  fetch: ['UrlFetchApp.fetch', 'https://www.googleapis.com/auth/script.external_request'],
  email: ['Session.getEffectiveUser', 'https://www.googleapis.com/auth/userinfo.email'],
  triggers: ['ScriptApp.getProjectTriggers', 'https://www.googleapis.com/auth/script.scriptapp'],
};

/** A deployed script project. Options: accountType, hosts, executionMilliseconds, skipSleeps, scriptId. */
class Platform {
  constructor(project, options = {}) {
    this.project = project;
    this.options = {
      accountType: 'consumer',
      hosts: {},
      executionMilliseconds: LIMITS.executionMilliseconds,
      ...options,
    };
    this.properties = new Properties();
    this.cache = new Cache();
    this.locks = new Locks();
    this.use = new DailyUse(this.options.accountType);
    this.scriptId = this.options.scriptId || crypto.randomBytes(20).toString('hex');
    this.callbacks = new Callbacks();
    this.libraries = librariesOf(project.manifest);
    this.running = new Map();
    this.sleeps = [];
  }

  /** Run one function as `user` and return its outcome: {ok, value | error, logs, fetches}. */
  async execute(name, args = [], user = 'owner@example.org') {
    const running = this.running.get(user) || 0;
    if (running >= LIMITS.simultaneousExecutions) {
      return failed('There are too many scripts running simultaneously for this Google user account.');
    }
    this.running.set(user, running + 1);
    const execution = { user, fetches: [] };
    try {
      return { ...(await this.#inThread(name, args, execution)), fetches: execution.fetches };
    } finally {
      this.locks.releaseAll(execution);
      this.running.set(user, this.running.get(user) - 1);
    }
  }

  /** Bring `user` back to an address of this script, as Google does: run the function that the state token names. */
  callBack(address, user, now) {
    const { method, parameter } = this.callbacks.read(address, this.scriptId, user, now);
    return this.execute(method, [{ parameter }], user);
  }

  #inThread(name, args, execution) {
    const { port1, port2 } = new MessageChannel();
    const signal = new Int32Array(new SharedArrayBuffer(4));
    const workerData = {
      isExecution: true,
      files: this.project.files,
      symbols: advancedSymbols(this.project.manifest),
      libraries: this.libraries,
      name,
      argumentsJson: JSON.stringify(args),
      port: port2,
      signal,
    };
    const worker = new Worker(path.join(__dirname, 'execution.js'), { workerData, transferList: [port2], env: {} });
    return new Promise((resolve, reject) => {
      const finish = (outcome) => {
        clearTimeout(timer);
        port1.close();
        worker.terminate().then(() => resolve(outcome));
      };
      const timer = setTimeout(
        () => finish(failed('Exceeded maximum execution time')),
        this.options.executionMilliseconds,
      );
      worker.on('error', reject);
      port1.on('message', async (message) => {
        const [call, given] = JSON.parse(message);
        if (call === 'done') return finish(JSON.parse(given));
        const answer = await this.#answer(call, given, execution);
        port1.postMessage(JSON.stringify(answer));
        Atomics.store(signal, 0, 1);
        return Atomics.notify(signal, 0);
      });
    });
  }

  async #answer(call, args, execution) {
    try {
      this.#checkScope(call);
      return { value: await CALLS[call](this, execution, ...args) };
    } catch (error) {
      return { error: error.message };
    }
  }

  /** An explicit list of scopes is the whole list; without one the platform works them out itself. */
  #checkScope(call) {
    const granted = this.project.manifest.oauthScopes;
    const needed = SCOPES[call];
    if (granted === undefined || needed === undefined || granted.includes(needed[1])) return;
    throw new Error(
      `Specified permissions are not sufficient to call ${needed[0]}. Required permissions: ${needed[1]}`,
    );
  }
}

/** Return the names under which the manifest makes services of Google's other products known to the script. */
function advancedSymbols({ dependencies = {} }) {
  return (dependencies.enabledAdvancedServices || []).map((service) => service.userSymbol);
}

function failed(message) {
  return { ok: false, error: { kind: 'uncaught', name: 'Exception', message, stack: '' }, logs: [], fetches: [] };
}

module.exports = { Platform };
