"""What the data means: the catalogue, the planner and the compiler.

In this order: the number is right; the answer is quick; the SQL can be read; a definition is easy to add.
"""

from schemas.compile import Compiled, OutputColumn, build_select, compile_query
from schemas.datasets import Dataset
from schemas.entities import Column, ColumnOrigin, Dimension, Entity
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
from schemas.fields import Additivity, ColumnType, Direction, FieldType, Grain, OutputType
from schemas.looker import looker_schema, sample_rows
from schemas.metrics import Aggregate, AnyMetric, Contribution, Formula, Metric, Quantile, Share, Simple, Spike
from schemas.model import SemanticModel, load_model
from schemas.plan import AggregateBranch, Plan, SpikeBranch, plan_query
from schemas.query import DateRange, Filter, Money, Operator, Query, Scalar, Scope

__all__ = [
    "Additivity",
    "Aggregate",
    "AggregateBranch",
    "AnyMetric",
    "CatalogError",
    "Column",
    "ColumnOrigin",
    "ColumnType",
    "Compiled",
    "Contribution",
    "Dataset",
    "DateRange",
    "Dimension",
    "Direction",
    "DuplicateNameError",
    "Entity",
    "FieldType",
    "Filter",
    "Formula",
    "FormulaSyntaxError",
    "Grain",
    "IncompatibleFieldsError",
    "InvalidDateRangeError",
    "InvalidFilterValueError",
    "InvalidPatternError",
    "Metric",
    "MixedCurrencyError",
    "Money",
    "Operator",
    "OutputColumn",
    "OutputType",
    "Plan",
    "Quantile",
    "Query",
    "QueryError",
    "Scalar",
    "SchemaError",
    "Scope",
    "SemanticModel",
    "Share",
    "Simple",
    "Spike",
    "SpikeBranch",
    "TooManyRowsError",
    "TypeConflictError",
    "UnknownDatasetError",
    "UnknownFieldError",
    "UnknownReferenceError",
    "UnsupportedFilterError",
    "build_select",
    "compile_query",
    "load_model",
    "looker_schema",
    "plan_query",
    "sample_rows",
]
