'use strict';
/** What the platform allows, in one place. Sizes are bytes unless the name says otherwise. */

const LIMITS = Object.freeze({
  urlCharacters: 2082,
  headersPerFetch: 100,
  headerBytes: 8 * 1024,
  payloadBytes: 50 * 1024 * 1024,
  responseBytes: 50 * 1024 * 1024,
  fetchMilliseconds: 60 * 1000,
  executionMilliseconds: 6 * 60 * 1000,
  simultaneousExecutions: 30,
  propertyValueBytes: 9 * 1024,
  propertyStoreBytes: 500 * 1024,
  cacheKeyCharacters: 250,
  cacheValueBytes: 100 * 1024,
  cacheSeconds: 21600,
  cacheDefaultSeconds: 600,
  cacheItems: 1000,
  cacheItemsKept: 900,
  sleepMilliseconds: 300000,
});

/** What one account may do in a day. */
const QUOTAS = Object.freeze({
  consumer: Object.freeze({ urlfetch: 20000, properties: 50000 }),
  workspace: Object.freeze({ urlfetch: 100000, properties: 500000 }),
});

module.exports = { LIMITS, QUOTAS };
