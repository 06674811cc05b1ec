/**
 * Signing in: the base address of a Belvedere server and an API key, kept in the user's own
 * properties.
 */

const PATH_PROPERTY_ = 'dscc.path';
const KEY_PROPERTY_ = 'dscc.key';
const KEY_TEXT_ = /^[\x21-\x7e]+$/;
const ENCRYPTED_ADDRESS_ = /^https:\/\/[^\s\/?#@]+(\/[^\s?#@]*)?$/i;
const OWN_MACHINE_ = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/[^\s?#@]*)?$/i;

/** Tell which form the sign-in dialog shows: an address and a key. */
function getAuthType() {
  return { type: 'PATH_KEY' };
}

/** Keep the address and the key if the server accepts them; what was kept before stays otherwise. */
function setCredentials(request) {
  return withUserErrors_(function () {
    const typed = (request && request.pathKey) || {};
    const key = String(typed.key || '').trim();
    const path = normalisedAddress_(typed.path);
    if (!KEY_TEXT_.test(key) || !isAccepted_({ path: path, key: key })) {
      return { errorCode: 'INVALID_CREDENTIALS' };
    }
    const kept = {};
    kept[PATH_PROPERTY_] = path;
    kept[KEY_PROPERTY_] = key;
    PropertiesService.getUserProperties().setProperties(kept);
    return { errorCode: 'NONE' };
  });
}

/** Forget the address and the key of the current user. */
function resetAuth() {
  return withUserErrors_(forgetCredentials_);
}

/** Return {path, key} as kept, or null if the user never signed in. */
function keptCredentials_() {
  const kept = PropertiesService.getUserProperties().getProperties();
  const path = kept[PATH_PROPERTY_];
  const key = kept[KEY_PROPERTY_];
  return path && key ? { path: path, key: key } : null;
}

function forgetCredentials_() {
  const properties = PropertiesService.getUserProperties();
  properties.deleteProperty(PATH_PROPERTY_);
  properties.deleteProperty(KEY_PROPERTY_);
}

/** Forget a key that the server no longer takes. */
function afterRefusal_() {
  forgetCredentials_();
}

function notConnectedText_() {
  return (
    'This data source is not connected to Belvedere, or its API key is no longer accepted. ' +
    'Its owner can reconnect it with a valid key.'
  );
}

/** Return the address without spaces around it and slashes behind it; refuse what would send the key in clear. */
function normalisedAddress_(typed) {
  const address = String(typed || '')
    .trim()
    .replace(/\/+$/, '');
  if (ENCRYPTED_ADDRESS_.test(address) || OWN_MACHINE_.test(address)) return address;
  throw failure_(
    'The path must be the address of your Belvedere server and begin with https://, ' +
      'for example https://belvedere.example.org. Correct it and connect again.',
    'The address that was typed is not https:// with a host name, or it carries a user name, "?" or "#".',
  );
}
