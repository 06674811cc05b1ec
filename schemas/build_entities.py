"""Turns checked YAML entries into entities: column sets are put in, money and views are spelled out."""

from collections.abc import Mapping
from types import MappingProxyType

from schemas.checks import check_id, require
from schemas.entities import Column, ColumnOrigin, Entity, Parent
from schemas.entries import ColumnEntry, ColumnSetEntry, EntityEntry, ParentEntry
from schemas.errors import CatalogError, TypeConflictError
from schemas.fields import ColumnType, Grain

Sets = Mapping[str, ColumnSetEntry]

_SCOPE_COLUMN = "client_account_id"
_SHARED_MONEY = {
    "currency_original": ColumnEntry.model_validate("text"),
    "fx_rate": ColumnEntry.model_validate("number converted"),
    "fx_date": ColumnEntry.model_validate("date converted"),
    "fx_method": ColumnEntry.model_validate("text converted"),
}
_ORIGINAL, _CONVERTED = ColumnEntry.model_validate("money"), ColumnEntry.model_validate("money converted")


def build_entities(entries: Mapping[str, EntityEntry], sets: Sets) -> dict[str, Entity]:
    """Build every entity; one that is over another takes the columns of that one's table."""
    built = {name: _build(name, entry, sets) for name, entry in entries.items() if entry.over is None}
    for name, entry in entries.items():
        if entry.over is not None:
            require(f"Entity '{name}'", built, [entry.over])
            built[name] = _build_over(name, entry, built[entry.over])
    for entity in built.values():
        _check_parents(entity, built)
    return {name: built[name] for name in entries}


def _build(name: str, entry: EntityEntry, sets: Sets) -> Entity:
    where = f"Entity '{name}'"
    require(where, sets, entry.sets)
    columns: dict[str, ColumnEntry] = {}
    dimensions: dict[str, str] = {}
    parents: list[ParentEntry] = []
    for chosen in (sets[one] for one in entry.sets):
        columns |= chosen.columns
        dimensions |= chosen.dimensions
        parents += [chosen.parent] if chosen.parent else []
    columns |= {**_money_columns(entry), **entry.columns}
    for column in columns:
        check_id(column, f"{where}: the column")
    origin = {name: ColumnOrigin.BUILT if entry.built else item.origin for name, item in columns.items()}
    require(where, dimensions, entry.without)
    return _finished(
        name,
        entry,
        {key: Column(key, item.type, origin[key], item.description) for key, item in columns.items()},
        {key: column for key, column in dimensions.items() if key not in entry.without} | entry.dimensions,
        tuple(Parent(one.entity, one.key, MappingProxyType(dict(one.columns))) for one in [*parents, *entry.parents]),
    )


def _build_over(name: str, entry: EntityEntry, read: Entity) -> Entity:
    if entry.columns or entry.sets or entry.money or entry.parents:
        raise CatalogError(f"Entity '{name}': its columns are those of '{read.name}'; define them there.")
    require(f"Entity '{name}'", read.dimensions, entry.without)
    kept = {key: column for key, column in read.dimensions.items() if key not in entry.without}
    return _finished(name, entry, dict(read.columns), kept | entry.dimensions, ())


def _finished(
    name: str, entry: EntityEntry, columns: dict[str, Column], dimensions: dict[str, str], parents: tuple[Parent, ...]
) -> Entity:
    where = f"Entity '{name}'"
    require(where, columns, [*entry.key, entry.date, *entry.required, entry.listed_by, _SCOPE_COLUMN])
    require(where, columns, dimensions.values())
    for parent in parents:
        require(where, columns, [parent.key, *parent.columns])
    if columns[entry.date].type is not ColumnType.DATE:
        raise TypeConflictError(f"{where}: its date '{entry.date}' is not of type date.")
    return Entity(
        name=name,
        label=entry.label,
        table=entry.table or entry.over or name,
        key=entry.key,
        date=entry.date,
        required=entry.required,
        listed_by=entry.listed_by,
        columns=MappingProxyType(columns),
        dimensions=MappingProxyType(dimensions),
        over=entry.over,
        is_built=entry.built,
        money=entry.money,
        parents=parents,
        finest_grain=entry.finest_grain or Grain.DAY,
    )


def _money_columns(entry: EntityEntry) -> dict[str, ColumnEntry]:
    if not entry.money:
        return {}
    columns = dict(_SHARED_MONEY)
    for name in entry.money:
        columns |= {f"{name}_original": _ORIGINAL, name: _CONVERTED, f"{name}_base": _CONVERTED}
    return columns


def _check_parents(entity: Entity, entities: Mapping[str, Entity]) -> None:
    for parent in entity.parents:
        require(f"Entity '{entity.name}'", entities, [parent.entity])
        require(f"Entity '{entity.name}': parent", entities[parent.entity].columns, parent.columns.values())
