"""Mapping files: from the columns of a file to the canonical columns of an entity, as people write them in YAML."""

from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from pydantic import ValidationError, field_validator

from connectors import ColumnRule, RowMapping
from schemas import ColumnOrigin, Entity, SemanticModel
from warehouse.errors import ImportFileError
from warehouse.mapping_yaml import YAMLError, read_yaml


class Mode(StrEnum):
    """What a file does to rows that are there: add, take the place of all, or update by key."""

    APPEND = "append"
    REPLACE = "replace"
    UPSERT = "upsert"


class Mapping(RowMapping):
    """A mapping file: what the rows mean, and how the file is read. Keys that are not listed here are errors."""

    source: str = "file"
    mode: Mode = Mode.UPSERT
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    record_path: str | None = None
    ignore: tuple[str, ...] = ()

    @field_validator("ignore", mode="before")
    @classmethod
    def _one_or_many(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file."""
    try:
        document = read_yaml(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportFileError(f"The mapping {path} cannot be read: {error.strerror}.") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ImportFileError(f"The mapping {path} is not valid YAML: {error}") from error
    if not isinstance(document, dict):
        raise ImportFileError(f"The mapping {path} must be a list of settings such as 'entity:' and 'columns:'.")
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        raise ImportFileError(f"The mapping {path} has mistakes:\n{_explain(error)}") from error


def _explain(error: ValidationError) -> str:
    lines = []
    for item in error.errors():
        place = ".".join(str(part) for part in item["loc"] if part != "[key]")
        if item["type"] == "extra_forbidden":
            known = ColumnRule.model_fields if len(item["loc"]) > 1 else Mapping.model_fields
            names = ["from" if name == "source" and len(item["loc"]) > 1 else name for name in known]
            close = get_close_matches(str(item["loc"][-1]), names, n=1)
            text = "there is no such setting" + (f"; did you mean '{close[0]}'?" if close else "")
        else:
            text = item["msg"].removeprefix("Value error, ")
        lines.append(f"  {place}: {text}")
    return "\n".join(lines)


def resolve_entity(model: SemanticModel, name: str) -> Entity:
    """Return the entity called `name`, which may also be a dataset made of one entity; rows can be loaded into it."""
    known = loadable_names(model)
    entity = model.entities.get(known.get(name, name))
    if entity is not None and entity.is_loadable:
        return entity
    listed = f"Choose one of: {', '.join(sorted(known))}."
    if entity is not None:
        how = "made from other entities" if entity.is_built else f"a second view of '{entity.over}'"
        raise ImportFileError(f"'{name}' cannot be loaded: its rows are {how}. {listed}")
    close = get_close_matches(name, sorted(known), n=2)
    hint = f" Did you mean {' or '.join(close)}?" if close else ""
    raise ImportFileError(f"There is nothing called '{name}' to load.{hint} {listed}")


def loadable_names(model: SemanticModel) -> dict[str, str]:
    """Return the names under which rows can be loaded, each with its entity: entities, and datasets made of one."""
    names = {name: name for name, entity in model.entities.items() if entity.is_loadable}
    for key, dataset in model.datasets.items():
        if len(dataset.entities) == 1 and model.entities[dataset.entities[0]].is_loadable:
            names.setdefault(key, dataset.entities[0])
    return names


def check_canonical(mapping: RowMapping, entity: Entity, mode: Mode) -> None:
    """Raise ImportFileError if the mapping fills columns that a file cannot give, or leaves out what is required."""
    given = [name for name, column in entity.columns.items() if column.origin is ColumnOrigin.GIVEN]
    problems = [
        f"'{name}' is not a column that a file can give to {entity.label}{_close(name, given)}"
        for name in mapping.columns
        if name not in given
    ]
    problems += [
        f"'{name}' is required but nothing fills it"
        for name in entity.required
        if name not in mapping.columns and name != "source_id"
    ]
    rule = mapping.columns.get("source_id")
    if rule is None and not mapping.key and mode is not Mode.APPEND:
        problems.append("name the columns that identify a row ('key: [...]'), or use 'mode: append'")
    if rule is not None and (rule.source is None or rule.values):
        problems.append("'source_id' must come from a column as it is")
    if rule is not None and mapping.key and mapping.key != (rule.source,):
        problems.append("'key' and 'source_id' name different columns; leave one of them out")
    _raise("The mapping cannot be used", problems)


def check_mapping(mapping: Mapping, present: tuple[str, ...]) -> None:
    """Raise ImportFileError if the mapping names columns that the file does not have."""
    problems = [
        f"the file has no column '{name}'{_close(name, list(present))}"
        for name in dict.fromkeys((*mapping.source_columns, *mapping.ignore))
        if name not in present
    ]
    _raise("The mapping does not fit the file", problems)


def check_commas(mapping: Mapping, kind: str) -> None:
    """Raise ImportFileError if decimal commas are announced for a file whose numbers always have a point."""
    announced = mapping.decimal_comma or any(rule.decimal_comma for rule in mapping.columns.values())
    if announced and kind not in ("csv", "tsv"):
        raise ImportFileError(
            f"'decimal_comma' is for CSV and TSV files. The numbers of a file of kind {kind} have a point, "
            "and 1.234 would be read as 1234. Take the setting out of the mapping."
        )


def _raise(what: str, problems: list[str]) -> None:
    if problems:
        raise ImportFileError(f"{what}:\n" + "\n".join(f"  {text}" for text in problems))


def _close(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.6)
    return f"; did you mean {' or '.join(close)}?" if close else ""
