/**
 * Which server people sign in at, and as which copy of the connector. `belvedere connector export --client-id`
 * fills both in. The secret is not here, where everybody with a view of the script could read it: it is the
 * script property CLIENT_SECRET.
 */

const SERVER_ADDRESS_ = 'PUT-THE-ADDRESS-HERE';
const CLIENT_ID_ = 'PUT-THE-CLIENT-ID-HERE';
const SECRET_PROPERTY_ = 'CLIENT_SECRET';
