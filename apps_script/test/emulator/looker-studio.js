'use strict';
/**
 * Plays Looker Studio for one user: signs in, walks the configuration, makes data sources, asks for
 * rows, checks every answer against the protocol and shows errors as people would see them.
 */

const crypto = require('node:crypto');
const { checkConfig, checkData, checkQuery, checkSchema, sameJson } = require('./rules.js');

const FIELDS_A_REQUEST = 20;
const DEFAULT_DAYS = 28;
const DAY = 24 * 60 * 60 * 1000;

/** Raised when an answer breaks the protocol; Looker Studio would misbehave or show a generic error. */
class ProtocolError extends Error {}

/** What a person sees when a function of the connector throws. */
class ConnectorError extends Error {
  constructor({ text, debug, errorId }) {
    super(text || `Error ID: ${errorId}`);
    this.title = 'Community Connector Error';
    this.sentence = 'There was an error caused by the community connector.';
    this.details = text;
    this.debug = debug;
    this.errorId = errorId;
  }

  /** Return the dialog as lines of text. */
  toString() {
    const lines = [this.title, this.sentence];
    if (this.details) lines.push(`Connector details: ${this.details}`);
    lines.push(this.debug === undefined ? `Error ID: ${this.errorId}` : `Debug: ${this.debug}`);
    return lines.join('\n');
  }
}

class LookerStudio {
  constructor(platform, user = 'owner@example.org') {
    this.platform = platform;
    this.user = user;
    this.today = () => new Date();
  }

  /** Call a function of the connector and return its value, or throw what the user would see. */
  async call(name, ...args) {
    const outcome = await this.platform.execute(name, args, this.user);
    this.last = outcome;
    if (outcome.ok) return outcome.value;
    throw await this.#shown(outcome.error);
  }

  async #shown(error) {
    const admin = await this.platform.execute('isAdminUser', [], this.user);
    const sees = admin.ok && admin.value === true;
    const errorId = crypto.randomBytes(4).toString('hex');
    if (error.kind === 'uncaught') {
      return new ConnectorError({
        errorId,
        debug: sees ? `${error.name}: ${error.message}\n${error.stack}` : undefined,
      });
    }
    return new ConnectorError({ text: error.text, errorId, debug: sees ? error.debugText : undefined });
  }

  /** Fill in the sign-in form; return false if the connector refuses the credentials. */
  async authorise({ path, key }) {
    const { type } = await this.call('getAuthType');
    if (type !== 'PATH_KEY') throw new ProtocolError(`the form for ${type} has no path and key`);
    const answer = await this.call('setCredentials', { pathKey: { path, key } });
    if (sameJson(answer, { errorCode: 'INVALID_CREDENTIALS' })) return false;
    obey([sameJson(answer, { errorCode: 'NONE' }) || 'setCredentials answered neither NONE nor INVALID_CREDENTIALS']);
    if ((await this.isAuthorised()) !== true)
      throw new ProtocolError('credentials were accepted, yet isAuthValid is not true');
    return true;
  }

  /** Open the window in which a person signs in; return what it says in the end. `person` is their browser. */
  async signIn(person, now) {
    const { type } = await this.call('getAuthType');
    if (type !== 'OAUTH2') throw new ProtocolError(`people do not sign in to a connector of type ${type}`);
    const address = await this.call('get3PAuthorizationUrls');
    obey([(typeof address === 'string' && /^https:\/\//.test(address)) || 'get3PAuthorizationUrls is no https address']);
    const outcome = await this.platform.callBack(await person.follow(address), this.user, now);
    this.last = outcome;
    if (!outcome.ok) throw await this.#shown(outcome.error);
    obey([typeof (outcome.value || {}).html === 'string' || 'authCallback returned no page']);
    return outcome.value.html;
  }

  async isAuthorised() {
    const answer = await this.call('isAuthValid');
    obey([typeof answer === 'boolean' || 'isAuthValid did not return a bare boolean']);
    return answer;
  }

  /** Answer the questions step by step from `answers` {name: value or list}; return the final configuration. */
  async configure(answers, languageCode = 'en') {
    let given;
    let kept = [];
    for (let step = 1; ; step += 1) {
      const config = await this.#askConfig(given, languageCode, kept);
      const next = answered(config.configParams, answers);
      if (!config.isSteppedConfig) return { ...config, configParams: next, elements: config.configParams, steps: step };
      if (sameJson(next, given || {})) {
        throw new ProtocolError(
          `step ${step} is not the last one, yet nothing new can be answered: ${JSON.stringify(config.configParams)}`,
        );
      }
      kept = keptElements(config.configParams, given || {}, next);
      given = next;
    }
  }

  async #askConfig(given, languageCode, kept) {
    const request = given === undefined ? { languageCode } : { languageCode, configParams: given };
    const config = await this.call('getConfig', request);
    obey(checkConfig(config, kept));
    const again = await this.call('getConfig', request);
    obey([sameJson(config, again) || 'getConfig gave two answers to one request']);
    return config;
  }

  /** Make a data source: configuration, fields and, where no field has a semantic type, samples. */
  async createDataSource(answers) {
    const { configParams, dateRangeRequired } = await this.configure(answers);
    const answer = await this.call('getSchema', { configParams });
    obey(checkSchema(answer));
    const fields = Object.fromEntries(answer.schema.map((field) => [field.name, field]));
    const source = { configParams, dateRangeRequired: dateRangeRequired === true, schema: answer.schema, fields };
    if (!answer.schema.some((field) => (field.semantics || {}).semanticType)) await this.#sample(source);
    return source;
  }

  async #sample(source) {
    const day = new Date(this.today().getTime() - 2 * DAY).toISOString().slice(0, 10);
    const names = source.schema.filter((field) => field.formula === undefined).map((field) => ({ name: field.name }));
    await Promise.all(
      batches(names).map((fields) =>
        this.#ask(source, {
          configParams: source.configParams,
          scriptParams: { sampleExtraction: true },
          ...(source.dateRangeRequired ? { dateRange: { startDate: day, endDate: day } } : {}),
          fields,
        }),
      ),
    );
  }

  /** Return the bodies that a chart would send: at most twenty fields each, the default dates unless told. */
  requests(source, { fields, dateRange, filters, pagination }) {
    const filtered = (filters || []).flat().map((clause) => clause.fieldName);
    const only = [...new Set(filtered)]
      .filter((name) => !fields.includes(name))
      .map((name) => ({ name, forFilterOnly: true }));
    return batches(fields.map((name) => ({ name }))).map((part) => ({
      configParams: source.configParams,
      scriptParams: { lastRefresh: String(this.today().getTime()) },
      ...(source.dateRangeRequired ? { dateRange: dateRange || this.#lastDays() } : {}),
      fields: [...part, ...only],
      ...(filters === undefined ? {} : { dimensionsFilters: filters }),
      ...(pagination === undefined ? {} : { pagination }),
    }));
  }

  /** Ask for a chart of a connector that answers with queries: return one configuration for each request. */
  async getQueries(source, chart) {
    return Promise.all(
      this.requests(source, chart).map(async (request) => {
        const answer = await this.call('getData', request);
        obey(checkQuery(answer, this.platform.project.manifest));
        return { request, ...answer.dataConfig.bigQueryConnectorConfig, accessToken: answer.authConfig.accessToken };
      }),
    );
  }

  /** Draw a chart: return {names, rows, filtersApplied}, rows as objects by field name. */
  async getData(source, chart) {
    const answers = await Promise.all(this.requests(source, chart).map((request) => this.#ask(source, request)));
    if (new Set(answers.map((answer) => answer.rows.length)).size > 1) {
      throw new ProtocolError('the parts of a chart with more than twenty fields have different numbers of rows');
    }
    const names = answers.flatMap((answer) => answer.schema.map((field) => field.name));
    const rows = answers[0].rows.map((row, index) => {
      const values = answers.flatMap((answer) => answer.rows[index].values);
      return Object.fromEntries(names.map((name, position) => [name, values[position]]));
    });
    return { names, rows, filtersApplied: answers.every((answer) => answer.filtersApplied) };
  }

  async #ask(source, request) {
    const answer = await this.call('getData', request);
    obey(checkData(answer, request, source.fields));
    return answer;
  }

  #lastDays() {
    const before = (days) => new Date(this.today().getTime() - days * DAY).toISOString().slice(0, 10);
    return { startDate: before(DEFAULT_DAYS), endDate: before(1) };
  }
}

/** Throw if a list of checks holds a complaint. */
function obey(checks) {
  const wrong = checks.filter((check) => typeof check === 'string');
  if (wrong.length > 0) throw new ProtocolError(wrong.join('; '));
}

function batches(fields) {
  const parts = [];
  for (let start = 0; start < fields.length; start += FIELDS_A_REQUEST)
    parts.push(fields.slice(start, start + FIELDS_A_REQUEST));
  return parts.length === 0 ? [[]] : parts;
}

/** Return the answers to those elements that the form shows, encoded as Looker Studio sends them. */
function answered(elements, answers) {
  const given = {};
  for (const element of elements) {
    const answer = answers[element.name];
    if (element.type === 'INFO' || answer === undefined) continue;
    const values = Array.isArray(answer) ? answer : [answer];
    const options = (element.options || []).map((option) => option.value);
    const unknown = element.type.startsWith('SELECT') ? values.find((value) => !options.includes(value)) : undefined;
    if (unknown !== undefined)
      throw new ProtocolError(`'${element.name}' does not offer '${unknown}', only ${options.join(', ')}`);
    given[element.name] = values.map(String).join(',');
  }
  return given;
}

/** Return the elements that the next step must repeat; answering a dynamic one clears what lies behind it. */
function keptElements(elements, before, next) {
  const changed = elements.findIndex(({ name, isDynamic }) => isDynamic && before[name] !== next[name]);
  return changed === -1 ? elements : elements.slice(0, changed + 1);
}

module.exports = { ConnectorError, LookerStudio, ProtocolError };
