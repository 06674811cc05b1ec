/**
 * What went wrong, said twice: a text for every reader and a debug text for administrators.
 * Failures travel as exceptions made here; withUserErrors_ is the only way out of the connector.
 */

let hiddenText_ = '';

/** Run `work`; whatever it throws reaches the reader as a text and never as a bare error. */
function withUserErrors_(work) {
  try {
    return work();
  } catch (error) {
    const known = error instanceof Error && error.name === 'ConnectorFailure';
    const text = known
      ? error.message
      : 'The connector failed unexpectedly. Try again; if it stays, tell the owner of this data source.';
    const debug = known ? error.debugText : String(error) + '\n' + String((error && error.stack) || '');
    DataStudioApp.createCommunityConnector()
      .newUserError()
      .setText(withoutSecrets_(text))
      .setDebugText(withoutSecrets_(debug))
      .throwException();
  }
}

/** Make a failure; `more` may set status, code, mayPass (asking again may help) and retryAfterMs. */
function failure_(text, debugText, more) {
  const failure = new Error(text);
  failure.name = 'ConnectorFailure';
  failure.debugText = debugText;
  return Object.assign(failure, more);
}

function notConnectedFailure_(debugText, more) {
  return failure_(notConnectedText_(), debugText, more);
}

function unreachableFailure_(error) {
  return failure_(
    'The Belvedere server did not answer. Try again in a few minutes; ' +
      'if it stays, ask its administrator whether it is running and reachable from the internet.',
    'The request could not be sent or got no answer: ' + String((error && error.message) || error),
    { mayPass: true },
  );
}

/** Turn a refusal into a failure; the server's own texts win over ours. */
function statusFailure_(response) {
  const status = response.getResponseCode();
  const told = (parsedObject_(response.getContentText()) || {}).error || {};
  const more = {
    status: status,
    code: typeof told.code === 'string' ? told.code : undefined,
    mayPass: status === 429 || status >= 500,
    retryAfterMs: retryAfterMs_(response),
  };
  const debugText = statusDebugText_(status, told, response);
  if (status === 401 && more.code) return notConnectedFailure_(debugText, more);
  return failure_(typeof told.message === 'string' ? told.message : statusText_(status), debugText, more);
}

/** Return the reader's text for a status that came without one, so mostly not from Belvedere itself. */
function statusText_(status) {
  if (status === 429) return 'The Belvedere server is busy. Try again in a minute.';
  if (status >= 500) return 'The Belvedere server, or a proxy before it, has a problem. Try again in a few minutes.';
  if (status >= 300 && status < 400) {
    return 'The address leads to another one (a redirect). Connect again with the final address of the server.';
  }
  if (status === 413)
    return 'The request is too large for a proxy before the Belvedere server. Use fewer filter values.';
  return (
    'What answers at this address is not a Belvedere server, or something before it refuses the request. ' +
    'Check the address, then connect again.'
  );
}

function statusDebugText_(status, told, response) {
  const parts = ['HTTP ' + status];
  const debugText = String(told.debug || '');
  if (told.code && !debugText.startsWith(told.code)) parts.push(String(told.code));
  if (debugText) parts.push(debugText);
  if (!told.code) parts.push('body begins: ' + response.getContentText().slice(0, 200));
  if (told.request_id) parts.push('request id ' + String(told.request_id));
  return parts.join(' · ');
}

function tooLargeFailure_(characters) {
  return failure_(
    'The answer is larger than a data source may return. ' +
      'Choose a shorter date range, add a filter or remove a dimension.',
    'The body was cut off after ' + characters + ' characters; 50 MB is the most that one request may return.',
  );
}

function unreadableFailure_(text) {
  return failure_(
    'The answer of the server could not be read: it is incomplete, or does not come from Belvedere. ' +
      'Try again; if it stays, check the address of the data source.',
    'HTTP 200, but the body is not a JSON object (' + text.length + ' characters). It begins: ' + text.slice(0, 200),
  );
}

/** Say whether Belvedere itself refused the access; a proxy's refusal has no error code in it. */
function isRefusal_(error) {
  return (error.status === 401 || error.status === 403) && error.code !== undefined;
}

/** Return the pause the server asks for in milliseconds, or undefined: seconds or a date are allowed. */
function retryAfterMs_(response) {
  const headers = response.getHeaders();
  for (const name of Object.keys(headers)) {
    if (name.toLowerCase() !== 'retry-after') continue;
    const seconds = Number(headers[name]);
    const pause = isNaN(seconds) ? Date.parse(headers[name]) - Date.now() : seconds * 1000;
    if (!isNaN(pause)) return Math.max(0, pause);
  }
  return undefined;
}

/** Remember a secret, so that no text of this run can carry it. */
function hideFromTexts_(secret) {
  // Shorter texts are no keys of ours, and blanking them would garble every message.
  hiddenText_ = secret.length < 8 ? '' : secret;
}

function withoutSecrets_(text) {
  const known = hiddenText_ === '' ? String(text) : String(text).split(hiddenText_).join('[hidden]');
  return known.replace(/bv[a-z]_[\w.~+\/-]+/g, '[hidden]').replace(/Bearer\s+\S+/gi, 'Bearer [hidden]');
}
