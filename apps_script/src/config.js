/** The questions asked when a data source is created: the server asks, one step after another. */

/** Return the questions for the answers given so far. */
function getConfig(request) {
  return withUserErrors_(function () {
    const asked = request || {};
    return ask_('/v1/looker/config', {
      languageCode: asked.languageCode,
      configParams: asked.configParams,
    });
  });
}
