"""Entities made from other entities: built again, set-based and together, when what they read has changed.

All builds of a run are one transaction, so that readers never see half of them. One that fails leaves its last good
rows, and those of the builds that read it, and says so in `state.builds`; it is tried again in the next run.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime

from schemas import Entity, SemanticModel
from warehouse.build_files import (
    affected,
    has_file,
    inputs,
    is_view,
    needed_inputs,
    ordered,
    rules_hash,
    sole_input,
    statements,
    view_file,
)
from warehouse.build_rows import complete_rows
from warehouse.builders import BUILDERS, BuildContext
from warehouse.duckdb import STOPPED, Connection, begin, quote_name, rollback, scalar
from warehouse.errors import BuildFailedError, DuplicateKeyError
from warehouse.parameters import build_values, named, written_out
from warehouse.reports import BuildProblem
from warehouse.state import Settings, bump_data_version, read_settings
from warehouse.tables import column_names, table_name
from warehouse.touched import forget_touched, read_touched

_STAGED = "temp.built_rows"
CLIENT_ACCOUNT = "client_account"  # every build's rows have its names and are in its currency


@dataclass(frozen=True)
class BuildReport:
    """What a run of builds did: those whose rows have moved, and those that failed."""

    moved: tuple[str, ...] = ()
    problems: tuple[BuildProblem, ...] = ()


@dataclass(frozen=True)
class _Due:
    names: frozenset[str]  # may have to run
    forced: frozenset[str]  # run whatever else happens
    changed: frozenset[str]  # what was touched; builds that read it run

    def holds(self, name: str, moved: Collection[str]) -> bool:
        """Tell whether a build has to run, when these others have moved in the same run."""
        return name in self.forced or any(item in self.changed or item in moved for item in inputs()[name])


@dataclass(frozen=True)
class _Built:
    built_on: date
    rules_hash: str
    error: str | None


def run_builds(connection: Connection, model: SemanticModel, now: datetime | None = None) -> BuildReport:
    """Build what is due, outside any transaction; `now` has a zone."""
    settings = read_settings(connection)
    values = build_values(settings, now or datetime.now(UTC))
    rules = {name: _hash(model, name, settings) for name in inputs() if name in BUILDERS or has_file(name)}
    last = _last_builds(connection)
    due = _due(connection, rules, last, values["today"])
    # What has nothing to read yet is built too, in that it need not be looked at again.
    empty = [name for name in rules if name not in last and name not in due.names]
    problems: list[BuildProblem] = []
    while True:
        try:
            moved = _build_all(connection, model, due, empty, values, rules)
            return BuildReport(tuple(moved), tuple(problems))
        except BuildFailedError as error:
            problems.append(BuildProblem(error.name, str(error)))
            _note_failure(connection, error, values)
            due = replace(due, names=due.names - {error.name, *affected(needed_inputs(), [error.name])})


def build_failures(connection: Connection) -> tuple[BuildProblem, ...]:
    """Return the builds whose last run failed."""
    rows = connection.execute("select entity, error from state.builds where error is not null order by 1").fetchall()
    return tuple(BuildProblem(str(entity), str(error)) for entity, error in rows)


def _last_builds(connection: Connection) -> dict[str, _Built]:
    rows = connection.execute("select entity, built_on, rules_hash, error from state.builds").fetchall()
    return {str(row[0]): _Built(*row[1:]) for row in rows}


def _due(connection: Connection, rules: Mapping[str, str], last: Mapping[str, _Built], today: object) -> _Due:
    changed = set(read_touched(connection))
    if CLIENT_ACCOUNT in changed:
        changed |= _filled(connection)  # where there are no rows, there are no names and currencies in them
    if rules.keys() - last.keys():
        changed |= _filled(connection)  # also by loads from before there was this build
    again = {
        name
        for name, built in last.items()
        if built.error is not None or built.rules_hash != rules.get(name) or built.built_on != today
    }
    reads = {name: inputs()[name] for name in rules}
    names = affected(reads, changed | again)
    # Those that were left out when another one failed have missed what was touched then.
    forced = (again & rules.keys()) | affected(reads, again) | (names - last.keys())
    while True:
        # A table that builds share may never have been made; also while there is nothing in it, it must be there.
        absent = {item for name in names for item in inputs()[name] if item in rules and item not in last} - names
        if not absent:
            return _Due(frozenset(names), frozenset(forced), frozenset(changed))
        names |= absent
        forced |= absent


def _build_all(
    connection: Connection,
    model: SemanticModel,
    due: _Due,
    empty: Collection[str],
    values: Mapping[str, object],
    rules: Mapping[str, str],
) -> list[str]:
    moved: list[str] = []
    if not due.names and not empty:
        forget_touched(connection)
        return moved
    begin(connection)
    try:
        changed: set[str] = set()  # as `moved`, and views whose inputs have moved
        for name in ordered(inputs()):
            if name not in due.names or not due.holds(name, changed):
                continue
            try:
                has_moved = _build(connection, model, name, values)
            except STOPPED:
                raise  # the server is ending: nothing has failed, and what was touched stays noted
            except Exception as error:
                raise BuildFailedError(name, error) from error
            moved += [name] * has_moved
            if has_moved or is_view(name):
                changed.add(name)
            _remember(connection, name, values, rules[name])
        for name in empty:
            _remember(connection, name, values, rules[name])
        if moved:
            bump_data_version(connection)
        forget_touched(connection)
        connection.execute("commit")
    except BaseException:
        rollback(connection)
        raise
    return moved


def _build(connection: Connection, model: SemanticModel, name: str, values: Mapping[str, object]) -> bool:
    entity = model.entities.get(name)
    if is_view(name):
        return _replace_view(connection, _known(entity, name), values)
    if _stays_empty(connection, name, name if entity is None else entity.table):
        return False
    if name in BUILDERS:
        rows = BUILDERS[name](BuildContext(connection, model, values))
    else:
        *before, rows = statements(name)
        for statement in before:
            connection.execute(statement, named(statement, values))
    if entity is not None:
        given = _columns(connection, rows, values)
        rows = complete_rows(connection, entity, rows, given, str(values["portfolio_level"]))
    connection.execute(f"create or replace temp table {_STAGED} as {rows}", named(rows, values))
    if entity is not None:
        _check_key(connection, entity)
    moved = _replace_rows(connection, name if entity is None else entity.table)
    connection.execute(f"drop table {_STAGED}")
    return moved


def _stays_empty(connection: Connection, name: str, table: str) -> bool:
    """Tell whether a build has nothing to make its rows from, and has none from before."""
    sole = sole_input(name)
    if sole is None or not column_names(connection, "normalised", table):
        return False
    return not any(
        connection.execute(f"select 1 from normalised.{quote_name(one)} limit 1").fetchone()  # noqa: S608
        for one in (sole, table)
    )


def _replace_rows(connection: Connection, table: str) -> bool:
    target = f"normalised.{quote_name(table)}"
    columns = _columns(connection, f"select * from {_STAGED}", {})  # noqa: S608
    if not set(columns) <= set(column_names(connection, "normalised", table)):
        connection.execute(f"create or replace table {target} as select * from {_STAGED} where false")  # noqa: S608
    if _signature(connection, target, columns) == _signature(connection, _STAGED, columns):
        return False
    listed = ", ".join(quote_name(name) for name in columns)
    connection.execute(f"delete from {target}")  # noqa: S608
    connection.execute(f"insert into {target} ({listed}) select {listed} from {_STAGED}")  # noqa: S608
    return True


def _replace_view(connection: Connection, entity: Entity, values: Mapping[str, object]) -> bool:
    select = written_out(view_file(entity.name).read_text(encoding="utf-8").rstrip().rstrip(";"), values)
    rows = complete_rows(connection, entity, select, _columns(connection, select, {}), str(values["portfolio_level"]))
    before = _view_text(connection, entity)
    connection.execute(f"create or replace view {table_name(entity)} as {rows}")
    return _view_text(connection, entity) != before


def _view_text(connection: Connection, entity: Entity) -> object:
    return scalar(
        connection,
        "select sql from duckdb_views() where schema_name = 'normalised' and view_name = $1",
        [entity.table],
    )


def _columns(connection: Connection, select: str, values: Mapping[str, object]) -> list[str]:
    described = connection.execute(f"describe {select}", named(select, values))
    return [str(row[0]) for row in described.fetchall()]


def _signature(connection: Connection, table: str, columns: Collection[str]) -> tuple[object, ...] | None:
    listed = ", ".join(quote_name(name) for name in columns)
    return connection.execute(
        f"select count(*), sum(cast(hash({listed}) as hugeint)) from {table}"  # noqa: S608
    ).fetchone()


def _check_key(connection: Connection, entity: Entity) -> None:
    key = ", ".join(quote_name(name) for name in entity.key)
    row = connection.execute(
        f"select {key} from {_STAGED} group by all having count(*) > 1 limit 1"  # noqa: S608
    ).fetchone()
    if row is not None:
        found = ", ".join(f"{name} = {value}" for name, value in zip(entity.key, row, strict=True))
        raise DuplicateKeyError(f"{entity.label}: the build gives several rows for {found}. It must give one.")


def _known(entity: Entity | None, name: str) -> Entity:
    if entity is None:
        raise AssertionError(f"{name} is a view, but there is no entity of that name")
    return entity


def _filled(connection: Connection) -> set[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'normalised' and estimated_size > 0"
    ).fetchall()
    return {str(row[0]) for row in rows}


def _hash(model: SemanticModel, name: str, settings: Settings) -> str:
    entity = model.entities.get(name)
    columns = [] if entity is None else [f"{column.name} {column.type.value}" for column in entity.columns.values()]
    text = "\n".join([rules_hash(name), repr(astuple(settings)), *columns])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _remember(connection: Connection, name: str, values: Mapping[str, object], rule: str) -> None:
    connection.execute("delete from state.builds where entity = $1", [name])
    connection.execute(
        "insert into state.builds values ($1, $2, $3, $4, null)", [name, values["now"], values["today"], rule]
    )


def _note_failure(connection: Connection, failed: BuildFailedError, values: Mapping[str, object]) -> None:
    connection.execute("delete from state.builds where entity = $1", [failed.name])
    connection.execute(
        "insert into state.builds values ($1, $2, $3, '', $4)",
        [failed.name, values["now"], values["today"], str(failed)],
    )
