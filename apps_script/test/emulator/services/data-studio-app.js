/** DataStudioApp: enums, authentication answers, getData answers and the two kinds of error. */
'use strict';
(function ({ service, shownErrors, connectorParts }) {
  const listed = (text) => Object.fromEntries(text.split(' ').map((name) => [name, name]));
  const AuthType = listed('NONE OAUTH2 KEY USER_PASS USER_TOKEN PATH_USER_PASS PATH_KEY');
  const AggregationType = listed('AVG COUNT COUNT_DISTINCT MAX MIN SUM AUTO NO_AGGREGATION');
  const FieldType = listed(
    'YEAR YEAR_QUARTER YEAR_MONTH YEAR_WEEK YEAR_MONTH_DAY YEAR_MONTH_DAY_HOUR ' +
      'YEAR_MONTH_DAY_SECOND QUARTER MONTH WEEK MONTH_DAY DAY_OF_WEEK DAY HOUR MINUTE DURATION COUNTRY COUNTRY_CODE ' +
      'CONTINENT CONTINENT_CODE SUB_CONTINENT SUB_CONTINENT_CODE REGION REGION_CODE CITY CITY_CODE METRO METRO_CODE ' +
      'LATITUDE_LONGITUDE NUMBER PERCENT TEXT BOOLEAN URL HYPERLINK IMAGE IMAGE_LINK CURRENCY_EUR CURRENCY_USD ' +
      'CURRENCY_GBP CURRENCY_CHF CURRENCY_JPY',
  );

  function oneOf(values, value, what) {
    if (!Object.values(values).includes(value)) throw new Error(`Invalid argument: ${what} '${value}'.`);
    return value;
  }

  /** Make a builder whose setters store their argument under a key: {setName: ['key', 'string']}. */
  function builder(owner, setters, build, extra = {}) {
    const state = {};
    const methods = {};
    for (const [name, [key, kind, check]] of Object.entries(setters)) {
      methods[name] = [
        [kind],
        (value) => {
          state[key] = check === undefined ? value : check(value);
          return made;
        },
      ];
    }
    for (const [name, [signatures, body]] of Object.entries(extra))
      methods[name] = [signatures, (...args) => body(state, made, ...args)];
    methods.build = [[''], () => build(state)];
    methods.printJson = [[''], () => JSON.stringify(build(state))];
    const made = service(owner, methods);
    return made;
  }

  function thrower(kind, owner, setters) {
    const error = builder(owner, setters, (state) => ({ ...state }), {
      throwException: [
        [''],
        (state) => {
          const thrown = new Error(state.text || state.debugText || 'Error');
          shownErrors.set(thrown, { kind, text: state.text || '', debugText: state.debugText || '' });
          throw thrown;
        },
      ],
    });
    return error;
  }

  function dataResponse() {
    return builder(
      'GetDataResponse',
      { setFiltersApplied: ['filtersApplied', 'boolean'] },
      (state) => ({
        schema: state.fields ? state.fields.build() : [],
        rows: state.rows || [],
        filtersApplied: state.filtersApplied === true,
      }),
      {
        setFields: [['object'], (state, made, fields) => Object.assign(made, void (state.fields = fields))],
        addRow: [
          ['array'],
          (state, made, values) => Object.assign(made, void (state.rows = [...(state.rows || []), { values }])),
        ],
        addAllRows: [
          ['array'],
          (state, made, rows) =>
            Object.assign(made, void (state.rows = [...(state.rows || []), ...rows.map((values) => ({ values }))])),
        ],
      },
    );
  }

  function createCommunityConnector() {
    const parts = connectorParts({ service, builder, oneOf, FieldType, AggregationType });
    return service(
      'CommunityConnector',
      {
        newAuthTypeResponse: [
          [''],
          () =>
            builder(
              'GetAuthTypeResponse',
              {
                setAuthType: ['type', 'string', (value) => oneOf(AuthType, value, 'authType')],
                setHelpUrl: ['helpUrl', 'string'],
              },
              ({ type, helpUrl }) => ({ type, ...(helpUrl === undefined ? {} : { helpUrl }) }),
            ),
        ],
        newSetCredentialsResponse: [
          [''],
          () =>
            builder('SetCredentialsResponse', { setIsValid: ['isValid', 'boolean'] }, ({ isValid }) => ({
              errorCode: isValid ? 'NONE' : 'INVALID_CREDENTIALS',
            })),
        ],
        getConfig: [[''], parts.config],
        getFields: [[''], parts.fields],
        newGetSchemaResponse: [
          [''],
          () =>
            builder('GetSchemaResponse', {}, (state) => ({ schema: state.fields ? state.fields.build() : [] }), {
              setFields: [['object'], (state, made, fields) => Object.assign(made, void (state.fields = fields))],
            }),
        ],
        newGetDataResponse: [[''], dataResponse],
        newUserError: [
          [''],
          () => thrower('user', 'UserError', { setText: ['text', 'string'], setDebugText: ['debugText', 'string'] }),
        ],
        newDebugError: [[''], () => thrower('debug', 'DebugError', { setText: ['debugText', 'string'] })],
      },
      { AuthType, FieldType, AggregationType },
    );
  }

  return {
    DataStudioApp: service(
      'DataStudioApp',
      { createCommunityConnector: [[''], createCommunityConnector] },
      { AuthType, FieldType, AggregationType },
    ),
  };
});
