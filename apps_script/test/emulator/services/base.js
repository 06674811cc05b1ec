/** Utilities, Session, ScriptApp, HtmlService, Logger and console, as far as connectors use them. */
'use strict';
(function ({ host, service, log }) {
  const charset = (text) => host('bytes', text);
  const encode = (data, webSafe) => host('base64', typeof data === 'string' ? charset(data) : data, webSafe);

  // A test may skip sleeps instead of sitting through them; the script's clock must not notice.
  let skipped = 0;
  const now = Date.now;
  Date.now = () => now() + skipped;

  const Utilities = service(
    'Utilities',
    {
      sleep: [
        ['number'],
        (milliseconds) => {
          skipped += host('sleep', milliseconds);
        },
      ],
      getUuid: [[''], () => host('uuid')],
      base64Encode: [['string', 'array', 'string,any'], (data) => encode(data, false)],
      base64EncodeWebSafe: [['string', 'array', 'string,any'], (data) => encode(data, true)],
      base64Decode: [['string', 'string,any'], (data) => host('base64Decode', data)],
      base64DecodeWebSafe: [['string', 'string,any'], (data) => host('base64Decode', data)],
      computeDigest: [
        ['string,string', 'string,array', 'string,string,any'],
        (algorithm, value) => host('digest', algorithm, typeof value === 'string' ? charset(value) : value),
      ],
      computeHmacSha256Signature: [
        ['string,string', 'string,string,any'],
        (value, key) => host('hmac', charset(value), charset(key)),
      ],
      newBlob: [
        ['string', 'array', 'string,string', 'array,string'],
        (data) => {
          const bytes = typeof data === 'string' ? charset(data) : data;
          return service('Blob', {
            getBytes: [[''], () => [...bytes]],
            getDataAsString: [['', 'string'], () => host('text', bytes)],
          });
        },
      ],
      formatDate: [['object,string,string'], (date, zone, format) => host('formatDate', date.getTime(), zone, format)],
    },
    {
      Charset: { UTF_8: 'UTF-8', US_ASCII: 'US-ASCII' },
      DigestAlgorithm: { MD5: 'md5', SHA_1: 'sha1', SHA_256: 'sha256', SHA_512: 'sha512' },
    },
  );

  const person = () => service('User', { getEmail: [[''], () => host('email')] });
  const Session = service('Session', {
    getEffectiveUser: [[''], person],
    getActiveUser: [[''], person],
    getActiveUserLocale: [[''], () => 'en'],
    getScriptTimeZone: [[''], () => host('timeZone')],
    getTemporaryActiveUserKey: [[''], () => host('userKey')],
  });

  function stateTokens() {
    const state = { method: '', timeout: 3600, args: {} };
    const builder = service('StateTokenBuilder', {
      withMethod: [['string'], (name) => Object.assign(builder, void (state.method = name))],
      withArgument: [['string,string'], (name, value) => Object.assign(builder, void (state.args[name] = value))],
      withTimeout: [['number'], (seconds) => Object.assign(builder, void (state.timeout = Math.min(seconds, 3600)))],
      createToken: [[''], () => host('stateToken', state)],
    });
    return builder;
  }

  const ScriptApp = service(
    'ScriptApp',
    {
      getScriptId: [[''], () => host('scriptId')],
      newStateToken: [[''], stateTokens],
      getProjectTriggers: [[''], () => host('triggers')],
    },
    { AuthMode: { NONE: 'NONE', CUSTOM_FUNCTION: 'CUSTOM_FUNCTION', LIMITED: 'LIMITED', FULL: 'FULL' } },
  );

  const HtmlService = service('HtmlService', {
    createHtmlOutput: [
      ['', 'string'],
      (html = '') => service('HtmlOutput', { getContent: [[''], () => html] }, { toJSON: () => ({ html }) }),
    ],
  });

  const consoleObject = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug']) consoleObject[level] = (...args) => log(level, args);
  for (const name of ['time', 'timeEnd']) consoleObject[name] = () => undefined;

  const Logger = service('Logger', {
    log: [
      ['any', 'any,any', 'any,any,any'],
      (...args) => {
        log('log', args);
        return Logger;
      },
    ],
  });
  return { Utilities, Session, ScriptApp, HtmlService, Logger, console: consoleObject };
});
