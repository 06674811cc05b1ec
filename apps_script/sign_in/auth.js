/**
 * Signing in with one's own account: the server asks the person, the library keeps what it hands out.
 * Takes the place of src/auth.js in the build whose manifest says OAUTH2.
 */

const SERVICE_ = 'belvedere';
const AUTHORISE_PATH_ = '/console/authorise';
const TOKEN_PATH_ = '/v1/looker/oauth/token';
const REVOKE_PATH_ = '/v1/looker/oauth/revoke';
// Only these say that the person has to sign in again; anything else may pass.
const ENDED_ = /\b(invalid_grant|invalid_client|unauthorized_client)\b/;

/** Tell that people sign in at the server. */
function getAuthType() {
  return { type: 'OAUTH2' };
}

/** Return the address at which a person signs in. */
function get3PAuthorizationUrls() {
  return withUserErrors_(function () {
    return service_().getAuthorizationUrl();
  });
}

/** Take what the server sends back, and say in the window how it went. */
function authCallback(request) {
  let text;
  try {
    text = service_().handleCallback(request)
      ? 'You are signed in. You can close this window.'
      : 'You did not allow the access, so nothing was connected. You can close this window.';
  } catch (error) {
    console.warn(withoutSecrets_(String(error)));
    text = 'The sign-in did not work. Close this window and authorise again; if it stays, tell whoever runs Belvedere.';
  }
  return HtmlService.createHtmlOutput('<p>' + text + '</p>');
}

/** Forget the tokens of the current user, here and at the server. */
function resetAuth() {
  return withUserErrors_(function () {
    const service = service_();
    const token = service.getToken();
    service.reset();
    if (token) revoke_(token.refresh_token || token.access_token);
  });
}

/** Return {path, key}, refreshed if need be; null if the person has to sign in. A server that fails is an error. */
function keptCredentials_() {
  for (let attempt = 1; ; attempt += 1) {
    const service = service_();
    const error = refreshError_(service);
    if (error === null) return { path: SERVER_ADDRESS_, key: service.getToken().access_token };
    if (error === undefined || ENDED_.test(error.message)) return null;
    if (attempt === MOST_ATTEMPTS_) throw unreachableFailure_(error);
    Utilities.sleep(pauseBefore_(attempt, error));
  }
}

/** Return null with access, undefined without any, and the error if refreshing failed. */
function refreshError_(service) {
  try {
    return service.hasAccess() ? null : service.getLastError();
  } catch (error) {
    // The lock was held for too long by another chart that refreshes.
    return error;
  }
}

/** Keep the tokens after a refusal: another chart may have new ones by now, and the next check asks the server. */
function afterRefusal_() {}

function notConnectedText_() {
  return (
    'Your access to Belvedere has ended or was never given. Sign in again: ' +
    'edit the data source, choose to edit the connection, and authorise it.'
  );
}

function service_() {
  return (
    OAuth2.createService(SERVICE_)
      .setAuthorizationBaseUrl(SERVER_ADDRESS_ + AUTHORISE_PATH_)
      .setTokenUrl(SERVER_ADDRESS_ + TOKEN_PATH_)
      .setClientId(CLIENT_ID_)
      .setClientSecret(clientSecret_())
      .setCallbackFunction('authCallback')
      .setPropertyStore(PropertiesService.getUserProperties())
      // Every chart is a run of its own: without these all of them would refresh at once.
      .setCache(CacheService.getUserCache())
      .setLock(LockService.getUserLock())
      .setParam('scope', 'reports.read')
      // The library's own verifier is drawn with Math.random(). The name is misspelt there.
      .setCodeVerififer(Utilities.getUuid() + Utilities.getUuid())
      .setCodeChallengeMethod('S256')
  );
}

function clientSecret_() {
  const secret = PropertiesService.getScriptProperties().getProperty(SECRET_PROPERTY_);
  if (secret) return secret;
  throw failure_(
    'This connector is not set up yet. Tell whoever published it.',
    'The script property ' + SECRET_PROPERTY_ + ' is missing: Project Settings, Script properties.',
  );
}

function revoke_(token) {
  try {
    UrlFetchApp.fetch(SERVER_ADDRESS_ + REVOKE_PATH_, {
      method: 'post',
      payload: { token: token, client_id: CLIENT_ID_, client_secret: clientSecret_() },
      muteHttpExceptions: true,
      followRedirects: false,
    });
  } catch (error) {
    // Signed out here all the same. What is left at the server can be ended in its console.
    console.warn(withoutSecrets_(String(error)));
  }
}
