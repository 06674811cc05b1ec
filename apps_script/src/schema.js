/** The fields of a data source, exactly as the server describes them. */

/** Return the fields of the dataset that was chosen. */
function getSchema(request) {
  return withUserErrors_(function () {
    return ask_('/v1/looker/schema', request || {});
  });
}
