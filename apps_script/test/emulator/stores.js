'use strict';
/** What outlives an execution: properties, cache, locks and the day's quotas of each account. */

const { LIMITS, QUOTAS } = require('./limits.js');

const bytes = (text) => Buffer.byteLength(text, 'utf8');

/** Key-value stores, one for each user of the script and one for the script itself. */
class Properties {
  #stores = new Map();

  store(scope, user) {
    const name = scope === 'user' ? `user:${user}` : scope;
    if (!this.#stores.has(name)) this.#stores.set(name, new Map());
    return this.#stores.get(name);
  }

  set(scope, user, values, deleteOthers) {
    const kept = this.store(scope, user);
    const next = new Map([...(deleteOthers ? [] : kept), ...Object.entries(values)]);
    if (Object.values(values).some((value) => bytes(value) > LIMITS.propertyValueBytes)) {
      throw new Error('Argument too large: value');
    }
    const total = [...next].reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
    if (total > LIMITS.propertyStoreBytes)
      throw new Error('You have exceeded the property storage quota. Please remove some properties and try again.');
    kept.clear();
    next.forEach((value, key) => kept.set(key, value));
  }
}

/** Values that are forgotten after a while, or when there are too many. */
class Cache {
  #stores = new Map();

  #store(scope, user) {
    const name = scope === 'user' ? `user:${user}` : scope;
    if (!this.#stores.has(name)) this.#stores.set(name, new Map());
    return this.#stores.get(name);
  }

  get(scope, user, key, now) {
    const found = this.#store(scope, user).get(key);
    return found === undefined || found.until <= now ? null : found.value;
  }

  put(scope, user, { key, value, seconds }, now) {
    if (key.length > LIMITS.cacheKeyCharacters) throw new Error('Argument too large: key');
    if (bytes(value) > LIMITS.cacheValueBytes) throw new Error('Argument too large: value');
    if (seconds < 1 || seconds > LIMITS.cacheSeconds) throw new Error('Invalid argument: expirationInSeconds');
    const store = this.#store(scope, user);
    store.set(key, { value, until: now + seconds * 1000 });
    if (store.size > LIMITS.cacheItems) {
      const soonest = [...store].sort((a, b) => a[1].until - b[1].until);
      soonest.slice(0, store.size - LIMITS.cacheItemsKept).forEach(([name]) => store.delete(name));
    }
  }

  remove(scope, user, keys) {
    keys.forEach((key) => this.#store(scope, user).delete(key));
  }
}

/** Locks between executions that run side by side; an execution that ends gives its locks back. */
class Locks {
  #holders = new Map();
  #waiting = new Map();

  async take(name, execution, milliseconds) {
    const holder = this.#holders.get(name);
    if (holder === undefined || holder === execution) {
      this.#holders.set(name, execution);
      return true;
    }
    return new Promise((resolve) => {
      const line = this.#waiting.get(name) || [];
      this.#waiting.set(name, line);
      const entry = { execution, resolve };
      entry.timer = setTimeout(() => {
        line.splice(line.indexOf(entry), 1);
        resolve(false);
      }, milliseconds);
      line.push(entry);
    });
  }

  release(name, execution) {
    if (this.#holders.get(name) !== execution) return;
    this.#holders.delete(name);
    const next = (this.#waiting.get(name) || []).shift();
    if (next === undefined) return;
    clearTimeout(next.timer);
    this.#holders.set(name, next.execution);
    next.resolve(true);
  }

  releaseAll(execution) {
    [...this.#holders].filter(([, holder]) => holder === execution).forEach(([name]) => this.release(name, execution));
  }
}

/** Counts what an account used today and refuses what passes its daily quota. */
class DailyUse {
  #used = new Map();

  constructor(accountType) {
    this.quotas = QUOTAS[accountType];
  }

  count(user, service) {
    const name = `${user}:${service}`;
    const used = (this.#used.get(name) || 0) + 1;
    if (used > this.quotas[service]) throw new Error(`Service invoked too many times for one day: ${service}.`);
    this.#used.set(name, used);
  }

  used(user, service) {
    return this.#used.get(`${user}:${service}`) || 0;
  }

  spend(user, service, times) {
    this.#used.set(`${user}:${service}`, times);
  }
}

module.exports = { Properties, Cache, Locks, DailyUse };
