'use strict';
/** What Looker Studio takes for granted about answers. Each check returns the list of what is wrong. */

const ELEMENT_TYPES = ['TEXTINPUT', 'TEXTAREA', 'SELECT_SINGLE', 'SELECT_MULTIPLE', 'CHECKBOX', 'INFO'];
const AGGREGATIONS = ['AVG', 'COUNT', 'COUNT_DISTINCT', 'MAX', 'MIN', 'SUM', 'NONE', 'AUTO'];
const AGGREGATING =
  /\b(AVG|COUNT|COUNT_DISTINCT|APPROX_COUNT_DISTINCT|MAX|MEDIAN|MIN|PERCENTILE|STDDEV|SUM|VARIANCE)\s*\(/i;
const FIELD_KEYS = [
  'name',
  'label',
  'description',
  'dataType',
  'group',
  'formula',
  'isDefault',
  'isHidden',
  'defaultAggregationType',
  'semantics',
];
const MOST_ROWS = 1000000;

// Names of functions that fields must not carry; the list errs on the long side.
const FUNCTION_NAMES = new Set(
  (
    'abs acos approx_count_distinct asin atan avg case cast ceil coalesce concat contains_text ' +
    'cos count count_distinct current_date current_datetime date date_diff date_from_unix_date date_trunc datetime ' +
    'datetime_add datetime_diff datetime_sub datetime_trunc day ends_with extract floor format_datetime hash hour ' +
    'hyperlink if ifnull image in left_text length log log10 lower max median min minute month nary_max ' +
    'nary_min nullif ' +
    'parse_date parse_datetime percentile power quarter regexp_contains regexp_extract regexp_match regexp_replace ' +
    'replace right_text round second sin sqrt starts_with stddev substr sum tan today tocity tocontinent tocountry ' +
    'todate toregion tosubcontinent trim unix_date upper variance week weekday year yearweek'
  ).split(' '),
);

const CURRENCIES = new Set(
  (
    'AED ALL ARS AUD BDT BGN BOB BRL CAD CDF CHF CLP CNY COP CRC CZK DKK DOP EGP ETB EUR GBP HKD ' +
    'HRK HUF IDR ILS INR IRR ISK JMD JPY KRW LKR LTL MNT MVR MXN MYR NOK NZD PAB PEN PHP PKR PLN RON RSD RUB SAR SEK ' +
    'SGD THB TRY TWD TZS UAH USD UYU VEF VND YER ZAR'
  ).split(' '),
);

/** semanticType -> [dataType, format of a text value]. */
const TYPES = {
  NUMBER: ['NUMBER'],
  PERCENT: ['NUMBER'],
  BOOLEAN: ['BOOLEAN'],
  TEXT: ['STRING'],
  URL: ['STRING', /^https?:\/\/\S+$/],
  DURATION: ['STRING', /^-?\d+(\.\d+)?$/],
  YEAR: ['STRING', /^\d{4}$/],
  YEAR_QUARTER: ['STRING', /^\d{4}[1-4]$/],
  YEAR_MONTH: ['STRING', /^\d{4}(0[1-9]|1[0-2])$/],
  YEAR_WEEK: ['STRING', /^\d{4}([0-4]\d|5[0-3])$/],
  YEAR_MONTH_DAY: ['STRING', /^\d{4}(0[1-9]|1[0-2])([0-2]\d|3[01])$/],
  YEAR_MONTH_DAY_HOUR: ['STRING', /^\d{8}([01]\d|2[0-3])$/],
  YEAR_MONTH_DAY_SECOND: ['STRING', /^\d{8}([01]\d|2[0-3])[0-5]\d[0-5]\d$/],
  QUARTER: ['STRING', /^[1-4]$/],
  MONTH: ['STRING', /^(0[1-9]|1[0-2])$/],
  WEEK: ['STRING', /^([0-4]\d|5[0-3])$/],
  MONTH_DAY: ['STRING', /^(0[1-9]|1[0-2])([0-2]\d|3[01])$/],
  DAY_OF_WEEK: ['STRING', /^[0-6]$/],
  DAY: ['STRING', /^([0-2]\d|3[01])$/],
  HOUR: ['STRING', /^([01]\d|2[0-3])$/],
  MINUTE: ['STRING', /^[0-5]\d$/],
  COUNTRY: ['STRING'],
  COUNTRY_CODE: ['STRING', /^[A-Z]{2}$/],
  REGION: ['STRING'],
  REGION_CODE: ['STRING'],
  CITY: ['STRING'],
  CITY_CODE: ['STRING'],
  LATITUDE_LONGITUDE: ['STRING'],
  HYPERLINK: ['STRING'],
  IMAGE: ['STRING'],
  IMAGELINK: ['STRING'],
};

function typeOf(semanticType) {
  const currency = /^CURRENCY_([A-Z]{3})$/.exec(semanticType || '');
  return currency && CURRENCIES.has(currency[1]) ? ['NUMBER'] : TYPES[semanticType];
}

/** Collect complaints: `must(condition, text)` remembers the text when the condition does not hold. */
function complaints() {
  const list = [];
  return { list, must: (condition, text) => condition || list.push(text) };
}

const sameJson = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const isText = (value) => typeof value === 'string' && value !== '';

/** Check an answer of getConfig; `kept` are the elements that must be repeated unchanged. */
function checkConfig(answer, kept = []) {
  const { list, must } = complaints();
  must(answer && Array.isArray(answer.configParams), 'configParams is not a list');
  if (list.length > 0) return list;
  const elements = answer.configParams;
  for (const flag of ['isSteppedConfig', 'dateRangeRequired']) {
    must([undefined, true, false].includes(answer[flag]), `${flag} is not a boolean`);
  }
  must(new Set(elements.map((one) => one.name)).size === elements.length, 'two elements carry one name');
  elements.forEach((one) => checkElement(one, must));
  kept.forEach((one, index) =>
    must(sameJson(one, elements[index]), `element '${one.name}' was dropped, moved or changed`),
  );
  return list;
}

function checkElement(element, must) {
  const { name, type } = element;
  must(isText(name) && !/\s/.test(name), `name '${name}' is empty or has a space`);
  must(ELEMENT_TYPES.includes(type), `'${name}': type ${type} does not exist`);
  const allowed = [
    'type',
    'name',
    ...(type === 'INFO' ? ['text'] : ['displayName', 'helpText', 'isDynamic', 'parameterControl']),
  ];
  if (type.startsWith('TEXT')) allowed.push('placeholder');
  if (type.startsWith('SELECT')) allowed.push('options');
  Object.keys(element).forEach((key) => must(allowed.includes(key), `'${name}': ${type} has no property ${key}`));
  must(type === 'INFO' ? isText(element.text) : isText(element.displayName), `'${name}' has no text for people`);
  must(!(element.isDynamic && (element.parameterControl || {}).allowOverride), `'${name}' is dynamic and overridable`);
  if (!type.startsWith('SELECT')) return;
  must(Array.isArray(element.options), `'${name}' has no options`);
  for (const { label, value } of element.options || []) {
    must(
      isText(label) && isText(value) && !/[\s,]/.test(value),
      `'${name}': option '${value}' is empty or has a space or comma`,
    );
  }
}

/** Check an answer of getSchema. */
function checkSchema(answer) {
  const { list, must } = complaints();
  must(answer && Array.isArray(answer.schema) && answer.schema.length > 0, 'schema is not a list of fields');
  if (list.length > 0) return list;
  const fields = answer.schema;
  const names = new Set(fields.map((field) => field.name));
  must(names.size === fields.length, 'two fields carry one name');
  // Without any declared type Looker Studio asks for samples and guesses; one declared type ends that for all.
  const declared = fields.some((field) => (field.semantics || {}).semanticType !== undefined);
  fields.forEach((field) => checkField(field, names, declared, must));
  for (const concept of ['DIMENSION', 'METRIC']) {
    const defaults = fields.filter((field) => field.isDefault && (field.semantics || {}).conceptType === concept);
    must(defaults.length <= 1, `more than one default ${concept.toLowerCase()}`);
  }
  return list;
}

function checkField(field, names, declared, must) {
  const { name, semantics = {}, formula, defaultAggregationType: aggregation } = field;
  const wrong = (condition, text) => must(condition, `'${name}': ${text}`);
  Object.keys(field).forEach((key) => wrong(FIELD_KEYS.includes(key), `unknown property ${key}`));
  wrong(/^[A-Za-z][A-Za-z0-9_]*$/.test(name), 'the name may hold letters, digits and _ alone');
  wrong(!FUNCTION_NAMES.has(String(name).toLowerCase()), 'the name is a function');
  wrong(isText(field.label), 'no label');
  const type = typeOf(semantics.semanticType);
  wrong(type !== undefined || !declared, `semanticType ${semantics.semanticType} does not exist`);
  wrong(type === undefined || field.dataType === type[0], `${field.dataType} does not carry ${semantics.semanticType}`);
  wrong(['DIMENSION', 'METRIC'].includes(semantics.conceptType), 'no conceptType');
  wrong(aggregation === undefined || AGGREGATIONS.includes(aggregation), `aggregation ${aggregation} does not exist`);
  wrong(aggregation !== 'AUTO' || formula !== undefined, 'AUTO is for calculated fields alone');
  const again = semantics.isReaggregatable;
  wrong(
    again === undefined || (semantics.conceptType === 'METRIC' && typeof again === 'boolean'),
    'isReaggregatable out of place',
  );
  wrong(again !== false || aggregation === undefined, 'not reaggregatable, yet it names an aggregation');
  if (formula !== undefined) checkFormula(field, names, wrong);
}

function checkFormula({ formula, defaultAggregationType, isHidden }, names, wrong) {
  const used = [...String(formula).matchAll(/\$(\w+)/g)].map((match) => match[1]);
  wrong(used.length > 0, 'the formula names no field');
  used.forEach((other) => wrong(names.has(other), `the formula names '${other}', which is not a field`));
  wrong(!isHidden, 'calculated fields cannot be hidden');
  const expected = AGGREGATING.test(formula) ? 'AUTO' : 'NONE';
  wrong(defaultAggregationType === expected, `a formula like this is ${expected}, not ${defaultAggregationType}`);
}

/** Check an answer of getData to `request`, with the fields of the data source by name. */
function checkData(answer, request, fields) {
  const { list, must } = complaints();
  must(answer && Array.isArray(answer.schema) && Array.isArray(answer.rows), 'schema or rows are missing');
  if (list.length > 0) return list;
  Object.keys(answer).forEach((key) =>
    must(['schema', 'rows', 'filtersApplied'].includes(key), `unknown property ${key}`),
  );
  must(typeof answer.filtersApplied === 'boolean', 'filtersApplied is not a boolean');
  must(answer.rows.length <= MOST_ROWS, 'more than a million rows');
  if (request.fields !== undefined) {
    const expected = request.fields
      .filter((field) => !(answer.filtersApplied && field.forFilterOnly))
      .map((field) => field.name);
    must(
      sameJson(
        answer.schema.map((field) => field.name),
        expected,
      ),
      `columns are not [${expected}] but [${answer.schema.map((field) => field.name)}]`,
    );
  }
  const columns = answer.schema.map(({ name, dataType }) => ({
    name,
    dataType,
    type: typeOf(((fields[name] || {}).semantics || {}).semanticType),
  }));
  columns.forEach(({ name, dataType }) =>
    must(fields[name] && fields[name].dataType === dataType, `'${name}': dataType differs from the schema`),
  );
  answer.rows.forEach((row, index) => checkRow(row, index, columns, must));
  return list.slice(0, 20);
}

function checkRow(row, index, columns, must) {
  const { values } = row;
  must(Array.isArray(values) && values.length === columns.length, `row ${index}: not one value for each column`);
  (values || []).forEach((value, position) => {
    if (value !== null && columns[position])
      must(
        fits(value, columns[position]),
        `row ${index}, '${columns[position].name}': ${JSON.stringify(value)} is no value of this type`,
      );
  });
}

function fits(value, { dataType, type = [] }) {
  if (dataType === 'NUMBER')
    return (
      (typeof value === 'number' && Number.isFinite(value)) ||
      (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value))
    );
  if (dataType === 'BOOLEAN') return typeof value === 'boolean';
  return typeof value === 'string' && (type[1] === undefined || type[1].test(value));
}

const PARAMETER_TYPES = {
  STRING: /^[^]*$/,
  INT64: /^-?\d+$/,
  FLOAT64: /^-?\d+(\.\d+)?(e[-+]?\d+)?$/,
  BOOL: /^(true|false)$/,
};

/** Check an answer of getData that is a query for BigQuery; `manifest` must allow such answers. */
function checkQuery(answer, manifest) {
  const { list, must } = complaints();
  must(((manifest.dataStudio || {}).advancedServices || {}).data === true, 'the manifest does not allow a query');
  must(sameJson(Object.keys(answer).sort(), ['authConfig', 'dataConfig']), `properties are ${Object.keys(answer)}`);
  const { type, bigQueryConnectorConfig: config = {} } = answer.dataConfig || {};
  must(type === 'BIGQUERY', `the query is for ${type}`);
  must(isText(config.billingProjectId), 'nobody pays for the query');
  must(config.useStandardSql === true, 'the query is not standard SQL');
  must(isText(config.query), 'there is no query');
  must(isText((answer.authConfig || {}).accessToken), 'there is no token');
  const given = config.queryParameters || [];
  given.forEach((one) => checkParameter(one, must));
  const used = [...String(config.query).matchAll(/@(\w+)/g)].map((match) => match[1]);
  const names = given.map((one) => one.name);
  must(new Set(names).size === names.length, 'two parameters carry one name');
  must(sameJson([...new Set(used)].sort(), [...names].sort()), `the query uses ${used}, but ${names} are given`);
  return list;
}

function checkParameter({ name, parameterType = {}, parameterValue = {} }, must) {
  const pattern = PARAMETER_TYPES[parameterType.type];
  must(isText(name) && /^\w+$/.test(name), `parameter '${name}' has no plain name`);
  must(pattern !== undefined, `'${name}': type ${parameterType.type} cannot be passed on`);
  must(
    typeof parameterValue.value === 'string' && (pattern === undefined || pattern.test(parameterValue.value)),
    `'${name}': ${JSON.stringify(parameterValue.value)} is not ${parameterType.type} as text`,
  );
}

module.exports = { checkConfig, checkData, checkQuery, checkSchema, sameJson };
