/** Whether the current user has access, whichever way he got it. Every check asks the server; nothing is decided here. */

const CHECK_PATH_ = '/v1/looker/auth/check';

/** Say whether the access still counts. A server that cannot be reached is an error, not a refusal. */
function isAuthValid() {
  return withUserErrors_(function () {
    const credentials = keptCredentials_();
    return credentials !== null && isAccepted_(credentials);
  });
}

/** Say whether debug texts may be shown: only if the server says that the whole workspace may be seen. */
function isAdminUser() {
  try {
    const credentials = keptCredentials_();
    return credentials !== null && askOnce_(credentials, CHECK_PATH_).admin === true;
  } catch (error) {
    return false;
  }
}

function isAccepted_(credentials) {
  try {
    askPatiently_(credentials, CHECK_PATH_);
    return true;
  } catch (error) {
    if (isRefusal_(error)) return false;
    throw error;
  }
}
