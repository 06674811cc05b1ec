"""What the data means: the catalogue, the planner and the compiler.

In this order: the number is right; the answer is quick; the SQL can be read; a definition is easy to add.
"""

from schemas import calculators
from schemas.aliases import Alias, Aliases, current_id
from schemas.bigquery_dialect import BigQueryDialect
from schemas.comparisons import SEPARATOR
from schemas.compile import Compiled, OutputColumn, build_select, compile_query, without_rollups
from schemas.currencies import EXPONENTS
from schemas.custom import extend_model
from schemas.datasets import Dataset
from schemas.definitions import definition_of, definition_version, made_from
from schemas.describe import (
    DatasetDescription,
    DimensionDescription,
    MetricDescription,
    describe_dataset,
    describe_dimension,
    describe_metric,
)
from schemas.entities import Column, ColumnOrigin, Dimension, Entity, Parent
from schemas.errors import (
    CatalogError,
    DuplicateNameError,
    FormulaSyntaxError,
    IncompatibleFieldsError,
    InvalidDateRangeError,
    InvalidFilterValueError,
    InvalidPatternError,
    MixedCurrencyError,
    QueryError,
    SchemaError,
    TooManyRowsError,
    TypeConflictError,
    UnknownDatasetError,
    UnknownFieldError,
    UnknownReferenceError,
    UnsupportedFilterError,
)
from schemas.explain import EntityQuestions, compared_metrics, entity_questions, total_query
from schemas.fields import Additivity, Aggregate, ColumnType, Direction, FieldType, Grain, OutputType
from schemas.looker import looker_schema, sample_rows
from schemas.metrics import (
    AnyMetric,
    Contribution,
    Formula,
    Metric,
    Quantile,
    Share,
    Simple,
    Spike,
    entities_of,
)
from schemas.model import SemanticModel, load_model
from schemas.parts import asks_age
from schemas.personal import HIDDEN_VALUE, IN_FULL, Personal, PersonalData, Showing
from schemas.plan import (
    AggregateBranch,
    BalanceBranch,
    CohortBranch,
    MeanBranch,
    Plan,
    RepeatedBranch,
    SnapshotBranch,
    SoleBranch,
    SpikeBranch,
    WindowBranch,
)
from schemas.planning import plan_query
from schemas.query import DateRange, Filter, Money, Operator, Query, Scalar, Scope
from schemas.rollup_sql import rollup_statement
from schemas.rollups import NO_ROLLUPS, Rollup, Rollups, planned_rollups
from schemas.text_review import Fault, Finding, review_texts
from schemas.together import fields_together

__all__ = [
    "EXPONENTS",
    "HIDDEN_VALUE",
    "IN_FULL",
    "NO_ROLLUPS",
    "SEPARATOR",
    "Additivity",
    "Aggregate",
    "AggregateBranch",
    "Alias",
    "Aliases",
    "AnyMetric",
    "BalanceBranch",
    "BigQueryDialect",
    "CatalogError",
    "CohortBranch",
    "Column",
    "ColumnOrigin",
    "ColumnType",
    "Compiled",
    "Contribution",
    "Dataset",
    "DatasetDescription",
    "DateRange",
    "Dimension",
    "DimensionDescription",
    "Direction",
    "DuplicateNameError",
    "Entity",
    "EntityQuestions",
    "Fault",
    "FieldType",
    "Filter",
    "Finding",
    "Formula",
    "FormulaSyntaxError",
    "Grain",
    "IncompatibleFieldsError",
    "InvalidDateRangeError",
    "InvalidFilterValueError",
    "InvalidPatternError",
    "MeanBranch",
    "Metric",
    "MetricDescription",
    "MixedCurrencyError",
    "Money",
    "Operator",
    "OutputColumn",
    "OutputType",
    "Parent",
    "Personal",
    "PersonalData",
    "Plan",
    "Quantile",
    "Query",
    "QueryError",
    "RepeatedBranch",
    "Rollup",
    "Rollups",
    "Scalar",
    "SchemaError",
    "Scope",
    "SemanticModel",
    "Share",
    "Showing",
    "Simple",
    "SnapshotBranch",
    "SoleBranch",
    "Spike",
    "SpikeBranch",
    "TooManyRowsError",
    "TypeConflictError",
    "UnknownDatasetError",
    "UnknownFieldError",
    "UnknownReferenceError",
    "UnsupportedFilterError",
    "WindowBranch",
    "asks_age",
    "build_select",
    "calculators",
    "compared_metrics",
    "compile_query",
    "current_id",
    "definition_of",
    "definition_version",
    "describe_dataset",
    "describe_dimension",
    "describe_metric",
    "entities_of",
    "entity_questions",
    "extend_model",
    "fields_together",
    "load_model",
    "looker_schema",
    "made_from",
    "plan_query",
    "planned_rollups",
    "review_texts",
    "rollup_statement",
    "sample_rows",
    "total_query",
    "without_rollups",
]
