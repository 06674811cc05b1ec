/** The builders of getConfig and getSchema answers. */
'use strict';
(function (tools) {
  tools.connectorParts = function ({ service, builder, oneOf, FieldType, AggregationType }) {
    const numbers = /^(NUMBER|PERCENT|CURRENCY_.*)$/;

    function identifier(value) {
      if (value === '' || /\s/.test(value)) throw new Error(`Invalid argument: id '${value}' is empty or has a space.`);
      return value;
    }

    function element(type, keys) {
      const all = {
        setId: ['name', 'string', identifier],
        setName: ['displayName', 'string'],
        setText: ['text', 'string'],
        setHelpText: ['helpText', 'string'],
        setPlaceholder: ['placeholder', 'string'],
        setIsDynamic: ['isDynamic', 'boolean'],
        setAllowOverride: ['parameterControl', 'boolean', (allowOverride) => ({ allowOverride })],
      };
      const setters = Object.fromEntries(keys.map((key) => [key, all[key]]));
      const extra = !type.startsWith('SELECT')
        ? {}
        : {
            addOption: [
              ['object'],
              (state, made, option) =>
                Object.assign(made, void (state.options = [...(state.options || []), option.build()])),
            ],
          };
      return builder(type, setters, (state) => ({ type, ...state }), extra);
    }

    function config() {
      const elements = [];
      const added = (type, ...keys) => [
        [''],
        () => {
          const made = element(type, keys);
          elements.push(made);
          return made;
        },
      ];
      const shared = ['setId', 'setName', 'setHelpText', 'setIsDynamic', 'setAllowOverride'];
      const state = {};
      const made = service('Config', {
        newInfo: added('INFO', 'setId', 'setText'),
        newTextInput: added('TEXTINPUT', ...shared, 'setPlaceholder'),
        newTextArea: added('TEXTAREA', ...shared, 'setPlaceholder'),
        newSelectSingle: added('SELECT_SINGLE', ...shared),
        newSelectMultiple: added('SELECT_MULTIPLE', ...shared),
        newCheckbox: added('CHECKBOX', ...shared),
        newOptionBuilder: [
          [''],
          () =>
            builder('OptionBuilder', { setLabel: ['label', 'string'], setValue: ['value', 'string'] }, (option) => ({
              ...option,
            })),
        ],
        setDateRangeRequired: [['boolean'], (value) => Object.assign(made, void (state.dateRangeRequired = value))],
        setIsSteppedConfig: [['boolean'], (value) => Object.assign(made, void (state.isSteppedConfig = value))],
        build: [[''], () => ({ configParams: elements.map((one) => one.build()), ...state })],
        printJson: [[''], () => JSON.stringify(made.build())],
      });
      return made;
    }

    function built(conceptType, state) {
      if (state.isReaggregatable === false && state.aggregation !== undefined) {
        throw new Error(`Cannot set aggregation type for field: ${state.name} since it is not reaggregatable.`);
      }
      const type = state.type || 'TEXT';
      const { aggregation, isReaggregatable, type: ignored, ...plain } = state;
      return {
        ...plain,
        dataType: numbers.test(type) ? 'NUMBER' : type === 'BOOLEAN' ? 'BOOLEAN' : 'STRING',
        ...(aggregation === undefined
          ? {}
          : { defaultAggregationType: aggregation === 'NO_AGGREGATION' ? 'NONE' : aggregation }),
        semantics: {
          conceptType,
          semanticType: type,
          ...(conceptType === 'METRIC' ? { isReaggregatable: isReaggregatable !== false } : {}),
        },
      };
    }

    function field(conceptType) {
      const made = builder(
        'Field',
        {
          setId: ['name', 'string', identifier],
          setName: ['label', 'string'],
          setDescription: ['description', 'string'],
          setType: ['type', 'string', (value) => oneOf(FieldType, value, 'type')],
          setGroup: ['group', 'string'],
          setFormula: ['formula', 'string'],
          setIsHidden: ['isHidden', 'boolean'],
          setAggregation: ['aggregation', 'string', (value) => oneOf(AggregationType, value, 'aggregation')],
          setIsReaggregatable: ['isReaggregatable', 'boolean'],
        },
        (state) => built(conceptType, state),
        { getId: [[''], (state) => state.name ?? null] },
      );
      return made;
    }

    function fields(start = []) {
      const all = [...start];
      const defaults = new Set();
      const added = (conceptType) => [
        [''],
        () => {
          const made = field(conceptType);
          all.push(made);
          return made;
        },
      ];
      const choose = (id) => void defaults.add(id);
      const made = service('Fields', {
        newDimension: added('DIMENSION'),
        newMetric: added('METRIC'),
        setDefaultDimension: [['string'], choose],
        setDefaultMetric: [['string'], choose],
        getFieldById: [['string'], (id) => all.find((one) => one.getId() === id) ?? null],
        forIds: [['array'], (ids) => fields(ids.map((id) => all.find((one) => one.getId() === id)).filter(Boolean))],
        asArray: [[''], () => [...all]],
        build: [
          [''],
          () => all.map((one) => ({ ...one.build(), ...(defaults.has(one.getId()) ? { isDefault: true } : {}) })),
        ],
      });
      return made;
    }

    return { config: () => config(), fields: () => fields() };
  };
  return {};
});
