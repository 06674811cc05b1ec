'use strict';
/** One execution: a worker thread with a fresh context, where waiting for the platform really blocks. */

const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const { isMainThread, receiveMessageOnPort, workerData } = require('node:worker_threads');

const SERVICES = ['base', 'stores', 'url-fetch', 'builders', 'data-studio-app'];

function evaluated(context, name) {
  const file = path.join(__dirname, 'services', `${name}.js`);
  return vm.runInContext(fs.readFileSync(file, 'utf8'), context, { filename: file });
}

/** Return the function that sends a call to the main thread and sleeps until its answer is there. */
function blockingBridge({ port, signal }) {
  return (call) => {
    Atomics.store(signal, 0, 0);
    port.postMessage(call);
    Atomics.wait(signal, 0, 0);
    return receiveMessageOnPort(port).message;
  };
}

/**
 * Make an empty context, without what the engine adds and the platform does not have. Its global
 * object has no prototype of ours: `globalThis.constructor` would lead out to Node.
 */
function newContext() {
  const context = vm.createContext(Object.create(null));
  vm.runInContext(
    'delete globalThis.console; delete globalThis.SharedArrayBuffer; delete globalThis.Atomics;',
    context,
  );
  return context;
}

/** Make a library known under its symbol; what is inside it stays there. */
function addLibrary(context, { symbol, file }) {
  const source = fs.readFileSync(file, 'utf8');
  context[symbol] = vm.runInContext(source, context, { filename: file })();
}

function run({ files, symbols, libraries, name, argumentsJson, port, signal }) {
  const context = newContext();
  // An enabled service is a global object; calling it is not emulated.
  for (const symbol of symbols) vm.runInContext(`var ${symbol} = Object.freeze({})`, context);
  const services = SERVICES.map((service) => evaluated(context, service));
  const platform = evaluated(context, 'prelude')(blockingBridge({ port, signal }), services);
  for (const library of libraries) addLibrary(context, library);
  try {
    for (const file of files) new vm.Script(file.source, { filename: file.name }).runInContext(context);
  } catch (error) {
    return platform.describe(inRealm(context, error));
  }
  return platform.invoke(name, argumentsJson);
}

/** Errors of compiling are made outside the context: give them the context's own Error. */
function inRealm(context, error) {
  if (vm.runInContext('Error', context).prototype.isPrototypeOf(error)) return error;
  const made = vm.runInContext('(message) => new Error(message)', context)(error.message);
  return Object.assign(made, { name: error.name });
}

if (!isMainThread && workerData && workerData.isExecution) {
  workerData.port.postMessage(JSON.stringify(['done', run(workerData)]));
}
