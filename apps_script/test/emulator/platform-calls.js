'use strict';
/** What the platform does for the services of an execution, call by call. Bytes are signed, as in Apps Script. */

const crypto = require('node:crypto');
const { exchange } = require('./fetcher.js');
const { LIMITS } = require('./limits.js');

const signed = (buffer) => [...new Int8Array(buffer)];
const unsigned = (bytes) => Buffer.from(Int8Array.from(bytes));

async function fetch(platform, execution, request) {
  platform.use.count(execution.user, 'urlfetch');
  const record = { ...request };
  execution.fetches.push(record);
  const { manifest } = platform.project;
  const answer = await exchange(request, {
    manifest,
    hosts: platform.options.hosts,
    milliseconds: platform.options.fetchMilliseconds,
  });
  record.status = answer.status;
  return { status: answer.status, headers: answer.headers, text: answer.content.toString('utf8') };
}

function sleep(platform, execution, milliseconds) {
  if (milliseconds > LIMITS.sleepMilliseconds) throw new Error('Invalid argument: milliseconds');
  platform.sleeps.push(milliseconds);
  if (platform.options.skipSleeps) return milliseconds;
  return new Promise((resolve) => setTimeout(() => resolve(0), milliseconds));
}

function formatDate(platform, execution, time, zone, format) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
      .formatToParts(new Date(time))
      .map((part) => [part.type, part.value]),
  );
  const values = {
    yyyy: parts.year,
    MM: parts.month,
    dd: parts.day,
    HH: parts.hour,
    mm: parts.minute,
    ss: parts.second,
  };
  return format.replace(/yyyy|MM|dd|HH|mm|ss/g, (found) => values[found]);
}

/** Every call of a service that leaves the execution: name -> (platform, execution, ...arguments). */
const CALLS = {
  fetch,
  sleep,
  formatDate,
  uuid: () => crypto.randomUUID(),
  bytes: (platform, execution, text) => signed(Buffer.from(text, 'utf8')),
  text: (platform, execution, bytes) => unsigned(bytes).toString('utf8'),
  base64: (platform, execution, bytes, webSafe) => {
    const text = unsigned(bytes).toString('base64');
    return webSafe ? text.replace(/\+/g, '-').replace(/\//g, '_') : text;
  },
  base64Decode: (platform, execution, text) => signed(Buffer.from(text, 'base64')),
  digest: (platform, execution, algorithm, bytes) =>
    signed(crypto.createHash(algorithm).update(unsigned(bytes)).digest()),
  hmac: (platform, execution, bytes, key) =>
    signed(crypto.createHmac('sha256', unsigned(key)).update(unsigned(bytes)).digest()),
  email: (platform, { user }) => user,
  userKey: (platform, { user }) =>
    crypto
      .createHash('sha256')
      .update(platform.scriptId + user)
      .digest('base64'),
  timeZone: (platform) => platform.project.manifest.timeZone,
  scriptId: (platform) => platform.scriptId,
  triggers: () => [],
  stateToken: (platform, { user }, state) => platform.callbacks.seal(state, user),
  propertiesRead: (platform, { user }, scope) => {
    platform.use.count(user, 'properties');
    return Object.fromEntries(platform.properties.store(scope, user));
  },
  propertiesWrite: (platform, { user }, scope, values, deleteOthers) => {
    platform.use.count(user, 'properties');
    platform.properties.set(scope, user, values, deleteOthers);
    return null;
  },
  propertiesDelete: (platform, { user }, scope, keys) => {
    platform.use.count(user, 'properties');
    const store = platform.properties.store(scope, user);
    (keys || [...store.keys()]).forEach((key) => store.delete(key));
    return null;
  },
  cacheGet: (platform, { user }, scope, key) => platform.cache.get(scope, user, key, Date.now()),
  cachePut: (platform, { user }, scope, entry) => {
    platform.cache.put(scope, user, entry, Date.now());
    return null;
  },
  cacheRemove: (platform, { user }, scope, keys) => {
    platform.cache.remove(scope, user, keys);
    return null;
  },
  lockTake: (platform, execution, scope, milliseconds) =>
    platform.locks.take(lockName(scope, execution), execution, milliseconds),
  lockRelease: (platform, execution, scope) => {
    platform.locks.release(lockName(scope, execution), execution);
    return null;
  },
};

function lockName(scope, execution) {
  return scope === 'user' ? `user:${execution.user}` : scope;
}

module.exports = { CALLS };
