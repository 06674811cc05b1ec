'use strict';
/**
 * The second manifest: the same files answer getData with a query. A real server makes it; what is played here is
 * Google's token endpoint, which checks the signature as the real one does.
 */

const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { ConnectorError, LookerStudio, ProtocolError } = require('./emulator/looker-studio.js');
const { Platform } = require('./emulator/platform.js');
const { loadProject } = require('./emulator/project.js');
const { checkQuery } = require('./emulator/rules.js');
const { HARBOUR, MEADOW, startServer } = require('./server.js');

const FOLDER = path.join(__dirname, '..');
const rows = loadProject(FOLDER);
const queries = loadProject(FOLDER, 'appsscript.bigquery.json');
const YEAR = { startDate: '2025-01-01', endDate: '2025-12-31' };
const ACCOUNT = 'reports@acme-data.iam.example.com';

/** Play the token endpoint: a token for a statement that is signed with the account's key, else a refusal. */
async function startGoogle() {
  const { privateKey, publicKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claims = [];
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const [head, body, signature] = String(form.get('assertion')).split('.');
    const signed = crypto.verify('RSA-SHA256', `${head}.${body}`, publicKey, Buffer.from(signature, 'base64url'));
    claims.push(JSON.parse(Buffer.from(body, 'base64url')));
    response.writeHead(signed ? 200 : 400, { 'content-type': 'application/json' });
    const token = { access_token: 'ya29.short', expires_in: 3600 };
    response.end(JSON.stringify(signed ? token : { error: 'invalid_grant' }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    claims,
    account: {
      type: 'service_account',
      client_email: ACCOUNT,
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      private_key_id: 'k1',
      token_uri: `http://127.0.0.1:${server.address().port}/token`,
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

describe('the second manifest', () => {
  test('differs in what people read and in what makes answers queries', () => {
    const plain = structuredClone(rows.manifest);
    const other = structuredClone(queries.manifest);
    assert.deepEqual(other.dataStudio.advancedServices, { data: true });
    assert.deepEqual(other.dependencies, {
      enabledAdvancedServices: [{ userSymbol: 'BigQuery', serviceId: 'bigquery', version: 'v2' }],
    });
    assert.ok(other.dataStudio.name.length <= 28);
    assert.ok(other.dataStudio.shortDescription.length <= 114);
    for (const manifest of [plain, other]) {
      delete manifest.dependencies;
      const own = ['advancedServices', 'name', 'description', 'shortDescription'];
      for (const key of own) delete manifest.dataStudio[key];
    }
    assert.deepEqual(other, plain);
    assert.deepEqual(queries.files, rows.files, 'one source for both');
  });

  test('is never pushed beside the first one', () => {
    assert.deepEqual(
      rows.pushed.filter((name) => name.endsWith('.json')),
      ['appsscript.json'],
    );
  });
});

describe('what the player of Looker Studio refuses', () => {
  const right = {
    dataConfig: {
      type: 'BIGQUERY',
      bigQueryConnectorConfig: {
        billingProjectId: 'p',
        query: 'SELECT @p1 AS `a`',
        useStandardSql: true,
        queryParameters: [
          { name: 'p1', parameterType: { type: 'INT64' }, parameterValue: { value: '7' } },
        ],
      },
    },
    authConfig: { accessToken: 't' },
  };
  const config = (answer) => answer.dataConfig.bigQueryConnectorConfig;
  const parameter = (answer) => config(answer).queryParameters[0];

  test('nothing about a right answer', () => assert.deepEqual(checkQuery(right, queries.manifest), []));

  for (const [name, spoil, words] of [
    ['a manifest without the flag', null, /does not allow/],
    ['rows beside the query', (answer) => (answer.rows = []), /properties/],
    ['legacy SQL', (answer) => (config(answer).useStandardSql = false), /standard SQL/],
    ['nobody who pays', (answer) => delete config(answer).billingProjectId, /pays/],
    ['no token', (answer) => (answer.authConfig = {}), /token/],
    ['a type that is not passed on', (answer) => (parameter(answer).parameterType.type = 'DATE'), /DATE/],
    ['a value that is no text', (answer) => (parameter(answer).parameterValue.value = 7), /as text/],
    ['a value of another type', (answer) => (parameter(answer).parameterValue.value = 'seven'), /INT64/],
    ['a parameter with its sign', (answer) => (parameter(answer).name = '@p1'), /plain name/],
    ['a parameter that is missing', (answer) => (config(answer).queryParameters = []), /uses p1/],
  ]) {
    test(name, () => {
      const answer = structuredClone(right);
      if (spoil !== null) spoil(answer);
      const complaints = checkQuery(answer, spoil === null ? rows.manifest : queries.manifest);
      assert.ok(complaints.some((text) => words.test(text)), complaints.join('; '));
    });
  }
});

describe('against the real server', () => {
  let google;
  let server;
  let looker;
  let source;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'belvedere-google-'));

  before(async () => {
    google = await startGoogle();
    const credentials = path.join(folder, 'account.json');
    fs.writeFileSync(credentials, JSON.stringify(google.account));
    server = await startServer({
      BELVEDERE_BIGQUERY_PROJECT: 'acme-billing',
      BELVEDERE_BIGQUERY_DATASET: 'acme-data.reports',
      BELVEDERE_BIGQUERY_CREDENTIALS: credentials,
    });
    looker = await signedIn(queries, server.keys.all);
    source = await looker.createDataSource({ workspace: 'main', client: HARBOUR.slug, dataset: 'tickets' });
  });
  after(async () => {
    if (server !== undefined) await server.stop();
    if (google !== undefined) await google.stop();
    fs.rmSync(folder, { recursive: true });
  });

  async function signedIn(project, key) {
    const player = new LookerStudio(new Platform(project, { skipSleeps: true }));
    assert.equal(await player.authorise({ path: server.url, key }), true);
    return player;
  }

  const refused = (call) =>
    call.then(
      () => assert.fail('no error'),
      (error) => {
        assert.ok(error instanceof ConnectorError, String(error));
        return error.details;
      },
    );

  test('fields are the same, and a chart is answered with a query that its columns name', async () => {
    const other = await signedIn(rows, server.keys.all);
    const plain = await other.createDataSource({ workspace: 'main', client: HARBOUR.slug, dataset: 'tickets' });
    assert.deepEqual(source.schema, plain.schema);
    const fields = ['date_month', 'channel', 'tickets_created'];
    const [answer] = await looker.getQueries(source, { fields, dateRange: YEAR });
    assert.equal(answer.billingProjectId, 'acme-billing');
    assert.equal(answer.accessToken, 'ya29.short');
    assert.match(answer.query, /FROM `acme-data`\.`reports`\.`ticket`/);
    fields.forEach((name) => assert.ok(answer.query.includes(`AS \`${name}\``), name));
    const values = answer.queryParameters.map((one) => one.parameterValue.value);
    assert.deepEqual(values.slice(-2), ['2025-01-01', '2026-01-01']);
    assert.ok(!answer.query.includes('2025'), 'values are parameters, never text');
  });

  test('the chosen client account, and no other, is in the query', async () => {
    const both = await looker.createDataSource({ workspace: 'main', client: 'all_clients', dataset: 'tickets' });
    const chart = { fields: ['tickets_created'], dateRange: YEAR };
    const [one] = await looker.getQueries(source, chart);
    const [all] = await looker.getQueries(both, chart);
    // The scope stands twice: around the rows, and where it is asked whether there are any at all.
    assert.equal(one.queryParameters.length + 2, all.queryParameters.length);
    assert.match(one.query, /`client_account_id` IN \(@p1\).*`client_account_id` IN \(@p2\)/s);
    assert.match(all.query, /`client_account_id` IN \(@p1, @p2\).*`client_account_id` IN \(@p3, @p4\)/s);
  });

  test('filters are in the query, and their fields are not in its answer', async () => {
    const clause = { fieldName: 'channel', type: 'EXCLUDE', operator: 'EQUALS', values: ["o'clock `x` \\ @p9"] };
    const chart = { fields: ['tickets_created'], dateRange: YEAR, filters: [[clause]] };
    const [answer] = await looker.getQueries(source, chart);
    assert.match(answer.query, /NOT coalesce\(`channel` = @p3, false\)/);
    assert.ok(!answer.query.includes('AS `channel`'));
    assert.equal(answer.queryParameters[2].parameterValue.value, clause.values[0]);
  });

  test('a token is fetched once and asks for no more than reading', async () => {
    await looker.getQueries(source, { fields: ['tickets_created'] });
    assert.equal(google.claims.length, 1);
    const [{ iss, aud, scope, iat, exp }] = google.claims;
    assert.deepEqual([iss, aud], [ACCOUNT, google.account.token_uri]);
    assert.equal(scope, 'https://www.googleapis.com/auth/bigquery.readonly');
    assert.equal(exp - iat, 3600);
  });

  test('a key of one client account gets no token, since a token opens the tables of all', async () => {
    const meadow = await signedIn(queries, server.keys.meadow);
    const own = await meadow.createDataSource({ workspace: 'main', client: MEADOW.slug, dataset: 'tickets' });
    assert.match(await refused(meadow.getQueries(own, { fields: ['tickets_created'] })), /limited to some client/);
  });

  test('another workspace is told that its tables are not there', async () => {
    const stranger = await signedIn(queries, server.keys.other);
    const own = await stranger.createDataSource({ workspace: 'other', client: 'all_clients', dataset: 'tickets' });
    assert.match(await refused(stranger.getQueries(own, { fields: ['tickets_created'] })), /not the one whose tables/);
  });

  test('the first manifest still gets rows from the same server', async () => {
    const player = await signedIn(rows, server.keys.all);
    const own = await player.createDataSource({ workspace: 'main', client: HARBOUR.slug, dataset: 'tickets' });
    const { rows: drawn } = await player.getData(own, { fields: ['tickets_created'], dateRange: YEAR });
    assert.equal(drawn.length, 1);
  });

  test('an exported copy answers with queries too', async () => {
    const copy = path.join(folder, 'copy');
    await server.command('connector', 'export', '--bigquery', copy);
    const player = await signedIn(loadProject(copy), server.keys.all);
    const [answer] = await player.getQueries(source, { fields: ['tickets_created'] });
    assert.equal(answer.billingProjectId, 'acme-billing');
  });

  test('the player of Looker Studio notices a query where the manifest allows none', async () => {
    const wrong = { ...queries, manifest: { ...queries.manifest, dataStudio: rows.manifest.dataStudio } };
    const player = await signedIn(wrong, server.keys.all);
    await assert.rejects(
      player.getQueries(source, { fields: ['tickets_created'] }),
      (error) => error instanceof ProtocolError && /does not allow a query/.test(error.message),
    );
  });
});
