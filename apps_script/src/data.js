/** The rows of a chart. Scope, grouping, filters and formats are the server's business. */

/** Return the rows that a chart asks for. */
function getData(request) {
  return withUserErrors_(function () {
    return ask_('/v1/looker/data', request || {});
  });
}
