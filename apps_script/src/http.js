/**
 * One call to the server: the key goes into a header, a busy or failing server is asked again
 * while the time allows, and anything but a JSON object with status 200 becomes a failure.
 */

// A fetch may last 60 seconds and a run 6 minutes, so no attempt begins after the first minute.
const LAST_START_MS_ = 60 * 1000;
const MOST_ATTEMPTS_ = 3;
const FIRST_PAUSE_MS_ = 1000;
const MOST_CHARACTERS_ = 49 * 1024 * 1024;

/** Ask with what is kept; without it there is nothing to ask with. */
function ask_(path, payload) {
  const credentials = keptCredentials_();
  if (credentials === null) throw notConnectedFailure_('Nothing that opens the server is kept for this user.');
  try {
    return askPatiently_(credentials, path, payload);
  } catch (error) {
    if (error.status === 401 && isRefusal_(error)) afterRefusal_();
    throw error;
  }
}

/** Ask up to three times, with pauses that grow or that the server names. */
function askPatiently_(credentials, path, payload) {
  const started = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return askOnce_(credentials, path, payload);
    } catch (error) {
      const pause = pauseBefore_(attempt, error);
      const late = Date.now() - started + pause > LAST_START_MS_;
      if (!error.mayPass || attempt === MOST_ATTEMPTS_ || late) throw error;
      Utilities.sleep(pause);
    }
  }
}

/** Ask a single time: GET without a payload, POST with one. Return the answer as an object. */
function askOnce_(credentials, path, payload) {
  hideFromTexts_(credentials.key);
  let response;
  try {
    response = UrlFetchApp.fetch(credentials.path + path, fetchOptions_(credentials, payload));
  } catch (error) {
    throw unreachableFailure_(error);
  }
  if (response.getResponseCode() !== 200) throw statusFailure_(response);
  return parsedAnswer_(response.getContentText());
}

function fetchOptions_(credentials, payload) {
  const options = {
    method: payload === undefined ? 'get' : 'post',
    headers: Object.assign({ Authorization: 'Bearer ' + credentials.key, Accept: 'application/json' }, viewerHeaders_()),
    // Without it a refusal would be thrown with its body cut short, and the server's own text lost.
    muteHttpExceptions: true,
    // A redirect could carry the key to another host.
    followRedirects: false,
  };
  if (payload !== undefined) {
    options.contentType = 'application/json';
    options.payload = JSON.stringify(payload);
  }
  return options;
}

function parsedAnswer_(text) {
  const answer = parsedObject_(text);
  if (answer !== null) return answer;
  throw text.length > MOST_CHARACTERS_ ? tooLargeFailure_(text.length) : unreadableFailure_(text);
}

/** Return the JSON object in `text`, or null if there is none. */
function parsedObject_(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch (error) {
    return null;
  }
}

/** Return milliseconds to wait: what the server asked for, else one, two seconds and a bit by chance. */
function pauseBefore_(attempt, error) {
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  // Charts of one page fail together; chance keeps them from returning together.
  return FIRST_PAUSE_MS_ * Math.pow(2, attempt - 1) + Math.floor(Math.random() * 500);
}
