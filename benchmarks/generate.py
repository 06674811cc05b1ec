"""Writes workspaces of generated tickets, in date order, through the product's own tables; kept for the next run."""

import hashlib
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from api.jobs.work import copy_client_accounts
from api.settings import Settings
from api.workspaces.database import open_metadata
from api.workspaces.service import add_known_clients, create_key, find_or_create_workspace
from api.world import open_world
from schemas import load_model
from warehouse import ClientAccount, Warehouse
from warehouse.tables import table_name

SIZES = {"S": 100_000, "M": 5_000_000, "L": 50_000_000}
START, END, LAST = "2024-01-01", "2026-01-01", "2025-12-31"
CLIENTS = tuple(
    ClientAccount(f"client-{number}", f"client-{number}", f"Client {number}", timezone="UTC") for number in range(4)
)

_SECONDS = 731 * 86_400
_AT_ONCE = 1_000_000

# Every text is picked by digits of a hash, so that no two dimensions go together unless they should.
_COLUMNS = {
    "client_account_id": "'client-' || (a % 4)",
    "client_account": "'Client ' || (a % 4)",
    "connection_id": "'bench'",
    "connection": "'Bench'",
    "source_system": "'bench'",
    "source_id": "cast(1000000 + i as varchar)",
    "source_updated_at": "solved",
    "synced_at": "timestamp '2026-01-01'",
    "account": "'Account ' || (a % 2000)",
    "account_id": "'a' || (a % 2000)",
    "segment": "['small', 'middle', 'large'][1 + a % 3]",
    "plan": "['free', 'basic', 'team', 'business'][1 + a // 7 % 4]",
    "country": "['GR', 'PT', 'RO', 'ES', 'DE', null][1 + a // 11 % 6]",
    "city": "'City ' || (a // 13 % 300)",
    "assignee_id": "'p' || (b % 140)",
    "agent": "'Agent ' || (b % 140)",
    "team": "'Team ' || (b % 10)",
    "agent_group": "'Group ' || (b % 5)",
    "subject": "'Question about order ' || (a % 90000)",
    "ticket_status": "case when solved is null then 'open' else 'solved' end",
    "priority": "['low', 'normal', 'normal', 'high', 'urgent'][1 + b // 1000 % 5]",
    "ticket_type": "['question', 'incident', 'task'][1 + b // 7000 % 3]",
    "category": "'Category ' || (b // 100 % 60 // 5)",
    "subcategory": "'Topic ' || (b // 100 % 60)",
    "channel": "['email', 'chat', 'phone', 'web', 'social', null][1 + (b // 100000) % 6]",
    "product": "'Product ' || (a // 17 % 25)",
    "tags": "case b // 900 % 4 when 0 then 'vip' when 1 then 'order,vip' when 2 then 'refund' end",
    "created_at": "created",
    "first_reply_at": "replied",
    "first_human_reply_at": "replied",
    "first_solved_at": "solved",
    "solved_at": "solved",
    "reopen_count": "case when b // 50 % 9 = 0 then 1 else 0 end",
    "public_agent_replies": "b // 60 % 5",
    "bot_replies": "0",
    "assignee_count": "1 + b // 70 % 2",
    "handle_seconds": "cast(b // 80 % 3600 as double)",
    "is_escalated": "b // 90 % 20 = 0",
    "is_complaint": "b // 95 % 15 = 0",
    "is_deleted": "false",
    "reply_by": "case when replied is null then 'none' else 'human' end",
    "frt_seconds": "epoch(replied - created)",
    "frt_human_seconds": "epoch(replied - created)",
    "resolution_seconds": "epoch(solved - created)",
    "is_listed": "b // 40 % 50 <> 0",
    "is_solved": "solved is not null",
    "is_reopened": "b // 50 % 9 = 0",
    "is_one_agent": "case when solved is not null then b // 70 % 2 = 0 end",
    "is_fcr": "case when solved is not null then b // 60 % 5 = 1 and b // 50 % 9 <> 0 end",
    "sla_state": "'none'",
    "created_date": "cast(created as date)",
    "created_hour": "date_trunc('hour', created)",
    "fiscal_period": "strftime(created, 'FY%Y-M%m')",
}


@dataclass(frozen=True)
class Generated:
    """A data directory that is ready to be served, and a key that reads all of it."""

    folder: Path
    key: str
    rows: int

    @property
    def file(self) -> Path:
        """Return the workspace's file."""
        return self.folder / "workspaces" / "main.duckdb"


def generated(rows: int) -> Generated:
    """Return a copy of the workspace with so many tickets, generated when it is asked for the first time."""
    model = load_model()
    rules = f"{_moments(0, 1, rows)} {sorted(_COLUMNS.items())} {sorted(model.entities['ticket'].columns)}"
    name = f"belvedere-bench-{os.getuid()}-{rows}-{hashlib.sha256(rules.encode()).hexdigest()[:10]}"
    folder = Path(tempfile.gettempdir()) / name
    if not (folder / "key.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        _write(folder, rows)
    return Generated(folder, json.loads((folder / "key.json").read_text())["key"], rows)


def with_rollups(source: Generated) -> Generated:
    """Return a copy of a generated workspace with the rollups that a load would have left."""
    folder = source.folder.with_name(f"{source.folder.name}-rollups")
    if not (folder / "key.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source.folder, folder, ignore=shutil.ignore_patterns("key.json"))
        shutil.copyfile(source.folder / "key.json", folder / "key.json")
    # Opened as a server does, so that nothing is left for the next server to move the data version by; and each time,
    # since rollups of another catalogue are not read.
    with open_world(Settings(data_dir=folder, keep_up=False)) as world:
        world.database("main").keep_up()
    return Generated(folder, source.key, source.rows)


def _write(folder: Path, rows: int) -> None:
    model = load_model()
    metadata = open_metadata(f"sqlite:///{folder / 'belvedere.sqlite'}")
    workspace = find_or_create_workspace(metadata, "main")
    add_known_clients(metadata, workspace, list(CLIENTS))
    with Warehouse(folder, model, memory_limit="4GB") as warehouse:
        database = warehouse.workspace("main", create=True)
        copy_client_accounts(metadata, database, workspace)
        entity = model.entities["ticket"]
        names = [name for name in _COLUMNS if name in entity.columns]
        with database.writing() as cursor:
            for first in range(0, rows, _AT_ONCE):
                values = ", ".join(f"{_COLUMNS[name]} as {name}" for name in names)
                cursor.execute(
                    f"insert into {table_name(entity)} ({', '.join(names)}) "
                    f"select {values} from ({_moments(first, min(first + _AT_ONCE, rows), rows)})"
                )
            cursor.execute("update state.about set data_version = data_version + 1").fetchall()
    key = create_key(metadata, workspace, "bench")
    metadata.close()
    (folder / "key.json").write_text(json.dumps({"key": key.secret}))


def _moments(first: int, end: int, rows: int) -> str:
    return f"""
        select *,
            case when a // 29 % 11 <> 0 then created + to_seconds(60 + b % 9000) end as replied,
            case when a // 23 % 7 <> 0 then created + to_seconds(600 + b // 3 % 400000) end as solved
        from (
            select i, cast(hash(i) % 1000000007 as bigint) as a, cast(hash(i + 7) % 1000000007 as bigint) as b,
                timestamp '{START}' + to_seconds(i * {_SECONDS} // {rows}) as created
            from range({first}, {end}) t(i)
        )"""
