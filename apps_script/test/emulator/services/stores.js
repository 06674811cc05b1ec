/** PropertiesService, CacheService and LockService. */
'use strict';
(function ({ host, service }) {
  function properties(scope) {
    const text = (values) => Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));
    const store = service('Properties', {
      getProperty: [['string'], (key) => host('propertiesRead', scope)[key] ?? null],
      getProperties: [[''], () => host('propertiesRead', scope)],
      getKeys: [[''], () => Object.keys(host('propertiesRead', scope))],
      setProperty: [
        ['string,any'],
        (key, value) => {
          host('propertiesWrite', scope, { [key]: String(value) }, false);
          return store;
        },
      ],
      setProperties: [
        ['object', 'object,boolean'],
        (values, deleteOthers = false) => {
          host('propertiesWrite', scope, text(values), deleteOthers);
          return store;
        },
      ],
      deleteProperty: [
        ['string'],
        (key) => {
          host('propertiesDelete', scope, [key]);
          return store;
        },
      ],
      deleteAllProperties: [
        [''],
        () => {
          host('propertiesDelete', scope, null);
          return store;
        },
      ],
    });
    return store;
  }

  function cache(scope) {
    const putAll = (values, seconds) => {
      for (const [key, value] of Object.entries(values))
        host('cachePut', scope, { key, value: String(value), seconds });
    };
    return service('Cache', {
      get: [['string'], (key) => host('cacheGet', scope, key)],
      getAll: [
        ['array'],
        (keys) => {
          const found = keys.map((key) => [key, host('cacheGet', scope, key)]);
          return Object.fromEntries(found.filter(([, value]) => value !== null));
        },
      ],
      put: [['string,any', 'string,any,number'], (key, value, seconds = 600) => putAll({ [key]: value }, seconds)],
      putAll: [['object', 'object,number'], (values, seconds = 600) => putAll(values, seconds)],
      remove: [['string'], (key) => host('cacheRemove', scope, [key])],
      removeAll: [['array'], (keys) => host('cacheRemove', scope, keys)],
    });
  }

  function lock(scope) {
    let held = false;
    const take = (milliseconds) => {
      held = host('lockTake', scope, milliseconds);
      return held;
    };
    return service('Lock', {
      tryLock: [['number'], take],
      waitLock: [
        ['number'],
        (milliseconds) => {
          if (!take(milliseconds)) throw new Error('Lock timeout: another process was holding the lock for too long.');
        },
      ],
      releaseLock: [
        [''],
        () => {
          if (held) host('lockRelease', scope);
          held = false;
        },
      ],
      hasLock: [[''], () => held],
    });
  }

  // A script that is bound to no document has no document store; the platform answers null.
  return {
    PropertiesService: service('PropertiesService', {
      getUserProperties: [[''], () => properties('user')],
      getScriptProperties: [[''], () => properties('script')],
      getDocumentProperties: [[''], () => null],
    }),
    CacheService: service('CacheService', {
      getUserCache: [[''], () => cache('user')],
      getScriptCache: [[''], () => cache('script')],
      getDocumentCache: [[''], () => null],
    }),
    LockService: service('LockService', {
      getUserLock: [[''], () => lock('user')],
      getScriptLock: [[''], () => lock('script')],
      getDocumentLock: [[''], () => null],
    }),
  };
});
