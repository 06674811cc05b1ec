/**
 * Evaluated inside the script's context, before its files: ties the services to the platform and
 * calls functions. Everything is made in this realm, so that the script meets no object of Node.
 */
'use strict';
(function (bridge, factories) {
  const shownErrors = new WeakMap();
  const logs = [];

  /** Ask the platform and wait; its refusals are exceptions of this realm. */
  function host(name, ...args) {
    const answer = JSON.parse(bridge(JSON.stringify([name, args])));
    if (answer.error === undefined) return answer.value;
    const exception = new Error(answer.error);
    exception.name = 'Exception';
    throw exception;
  }

  const kinds = {
    string: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    boolean: (value) => typeof value === 'boolean',
    object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    array: (value) => Array.isArray(value),
    any: () => true,
  };

  /** Make a method that refuses arguments matching none of `signatures`, such as ['', 'string,number']. */
  function method(owner, name, signatures, body) {
    const overloads = signatures.map((signature) => (signature === '' ? [] : signature.split(',')));
    return function (...args) {
      const fits = (overload) => overload.length === args.length && overload.every((kind, i) => kinds[kind](args[i]));
      if (!overloads.some(fits)) {
        const given = args.map((arg) => (arg === null ? 'null' : typeof arg)).join(',');
        throw new Error(`The parameters (${given}) don't match the method signature for ${owner}.${name}.`);
      }
      return body.apply(this, args);
    };
  }

  /** Make an object of methods from {name: [signatures, body]}. */
  function service(owner, methods, constants = {}) {
    const made = { ...constants };
    for (const [name, [signatures, body]] of Object.entries(methods))
      made[name] = method(owner, name, signatures, body);
    made.toString = () => owner;
    return made;
  }

  const log = (level, args) => {
    const texts = args.map((arg) => (typeof arg === 'object' && arg !== null ? JSON.stringify(arg) : String(arg)));
    logs.push({ level, text: texts.join(' ') });
  };

  const tools = { host, method, service, shownErrors, log };
  for (const factory of factories) {
    for (const [name, value] of Object.entries(factory(tools))) {
      Object.defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false });
    }
  }

  function described(error) {
    const shown = typeof error === 'object' && error !== null ? shownErrors.get(error) : undefined;
    if (shown !== undefined) return shown;
    const isError = error instanceof Error;
    return {
      kind: 'uncaught',
      name: isError ? error.name : 'Error',
      message: isError ? error.message : String(error),
      stack: isError ? String(error.stack) : '',
    };
  }

  /** Call a function of the script and return the outcome as JSON. */
  function invoke(name, argumentsJson) {
    let outcome;
    try {
      const called = globalThis[name];
      if (typeof called !== 'function' || name.endsWith('_')) throw new Error(`Script function not found: ${name}`);
      const value = called(...JSON.parse(argumentsJson));
      outcome = { ok: true, returned: typeof value, value };
    } catch (error) {
      outcome = { ok: false, error: described(error) };
    }
    return JSON.stringify({ ...outcome, logs });
  }

  return { invoke, describe: (error) => JSON.stringify({ ok: false, error: described(error), logs }) };
});
