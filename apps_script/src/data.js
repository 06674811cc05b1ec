/** The rows of a chart, or the query that makes them. Scope, grouping, filters, formats are the server's business. */

const ROWS_PATH_ = '/v1/looker/data';
const QUERY_PATH_ = '/v1/looker/query';

/** Return what a chart asks for: its rows, or the query and the token by which they are fetched elsewhere. */
function getData(request) {
  return withUserErrors_(function () {
    return ask_(wantsQueries_() ? QUERY_PATH_ : ROWS_PATH_, request || {});
  });
}

/** Say whether the manifest is appsscript.bigquery.json: the service that only it enables is never called. */
function wantsQueries_() {
  return typeof BigQuery !== 'undefined';
}
