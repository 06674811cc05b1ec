"""`belvedere demo`: load invented data through the real pipeline, serve it, and open the first report."""

import os
import sys
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, note, program, read_settings, say, say_json
from api.cli.progress import show_progress
from api.cli.serve import Host, Port

if TYPE_CHECKING:
    from collections.abc import Mapping

    from api.jobs.records import JobKind
    from api.workspaces.records import Workspace
    from api.workspaces.service import NewKey
    from api.world import World
    from connectors.demo.timeline import Timeline
    from warehouse import ClientAccount

WORKSPACE = "demo"
CONNECTION = "demo"
KEY_NAME = "demo"
_TICKETS_PER_AGENT_DAY = 3.0  # what forecasts compare with


def demo(
    port: Port = None,
    host: Host = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do not open a browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Load demo data, serve it on this machine, print the address, a key and what to try next."""
    with errors_as_one_line(as_json=as_json):
        from dataclasses import replace

        from api.cli.server import bind, ends_on_sigterm, leave, run_server
        from api.telemetry import configure_logs
        from api.workspaces.service import replace_key
        from api.world import open_world

        settings = read_settings(port=port, host=host, log_level=os.environ.get("BELVEDERE_LOG_LEVEL") or "warning")
        configure_logs(settings.log_level)
        with ends_on_sigterm(), bind(settings, "demo") as listener, open_world(settings) as world:
            workspace = prepare(world)
            key = replace_key(world.metadata, workspace, KEY_NAME)

            def ready() -> None:
                _tell(world, workspace, key, as_json=as_json)
                if not no_browser:
                    _open_browser(settings.address)

            run_server(replace(world, demo_key_id=key.id), listener, ready)
        leave()


def prepare(world: "World") -> "Workspace":
    """Make the demo workspace, or bring it up to date."""
    from api.cli.demo_commentary import write_demo_commentary
    from api.jobs.records import JobKind
    from api.workspaces.repository import Repository
    from api.workspaces.service import add_known_clients, find_or_create_workspace

    workspace = find_or_create_workspace(world.metadata, WORKSPACE)
    add_known_clients(world.metadata, workspace, _clients())
    with world.metadata.write() as session:
        repository = Repository(session)
        known = {one.name: one.config for one in repository.connections(workspace.id)}
        timeline = _timeline(known.get(CONNECTION, {}))
        config: dict[str, object] = {"start": timeline.start.isoformat()}
        connection = repository.put_connection(workspace.id, CONNECTION, "demo", config)
        if CONNECTION not in known:
            repository.change_workspace(workspace.id, _settings(timeline))
    world.runner.recover()
    _load_rates(world, workspace, timeline)
    result = _run(world, workspace, JobKind.SYNC, {"connection_id": connection.id}, "Loading demo data")
    note(str(result["sentence"]))
    write_demo_commentary(world, workspace)
    return workspace


def _timeline(config: "Mapping[str, object]") -> "Timeline":
    """Return the demo's three years: those of the first run, whenever that was."""
    from datetime import UTC, date, datetime, timedelta

    from connectors.demo.timeline import Timeline

    start = config.get("start")
    if isinstance(start, str):
        return Timeline(date.fromisoformat(start))
    return Timeline.ending(datetime.now(UTC).date() - timedelta(days=1))


def _settings(timeline: "Timeline") -> dict[str, object]:
    from connectors.demo.hours import business_hours
    from warehouse import parse_hours

    schedules = parse_hours({"schedules": business_hours(timeline)})
    hours = [one.model_dump(mode="json") for one in schedules]
    return {"tickets_per_agent_day": _TICKETS_PER_AGENT_DAY, "business_hours": hours}


def _load_rates(world: "World", workspace: "Workspace", timeline: "Timeline") -> None:
    """Load the exchange rates that are missing; a rate holds for a week, so not every day needs new ones."""
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from api.jobs.records import JobKind
    from connectors.demo.rates import PROVIDER, rates_csv

    spans = world.warehouse.workspace(workspace.slug, create=True).rates()
    known = max((span.last_day for span in spans if span.provider == PROVIDER), default=None)
    last = datetime.now(UTC).date() - timedelta(days=1)
    if known is not None and last - known < timedelta(days=5):
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "demo-rates.csv"
        path.write_text(rates_csv(timeline, last, known), encoding="utf-8")
        arguments: dict[str, object] = {"path": str(path), "provider": None, "through": last.isoformat()}
        _run(world, workspace, JobKind.RATES, arguments, "Loading demo rates")


def _run(
    world: "World", workspace: "Workspace", kind: "JobKind", arguments: dict[str, object], title: str
) -> "Mapping[str, object]":
    job_id = world.runner.enqueue(workspace, kind, arguments)
    with show_progress(title) as on_progress:
        job = world.runner.run_now(job_id, on_progress)
    if job.error is not None:
        from api.errors import JobFailedError

        raise JobFailedError(f"The demo data could not be loaded: {job.error.get('message')}")
    return job.result or {}


def _clients() -> "list[ClientAccount]":
    from connectors.demo import DEMO_CLIENTS
    from warehouse import ClientAccount

    return [
        ClientAccount(
            id=f"demo-{client.slug}"[:32],
            slug=client.slug,
            name=client.name,
            industry=client.industry,
            region=client.region,
            country=client.country,
            timezone=client.timezone,
            report_currency=client.currency,
            service_level=client.service_level,
            account_owner=client.account_owner,
        )
        for client in DEMO_CLIENTS
    ]


def _tell(world: "World", workspace: "Workspace", key: "NewKey", *, as_json: bool) -> None:
    settings = world.settings
    if as_json:
        say_json(
            {
                "address": settings.address,
                "report": f"{settings.address}/",
                "key": key.secret,
                "workspace": workspace.slug,
            }
        )
        return
    say()
    say(f"{settings.product_name} is running.")
    say(f"  Report:   {settings.address}/")
    say(f"  API key:  {key.secret}")
    token = world.people.owner_token()
    if token is not None:
        say(f"  Console:  {settings.address}/console/welcome/{token}  (makes you its owner, once)")
    say()
    say("Try next, in another terminal:")
    say(f"  1. Ask as {settings.looker_name} asks:")
    say(f"     {program()} connector check --address {settings.address} --key {key.secret}")
    say("  2. See your own numbers (a mapping is proposed if you have none):")
    say(f'     {program()} import FILE --as tickets --client "NAME" --workspace demo')
    say(f"  3. Take the connector into {settings.looker_name}: docs/publish-your-connector.md")
    say()
    say("Ctrl-C stops it.")


def _open_browser(address: str) -> None:
    """Open the report if there is a screen to show it on."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    import webbrowser

    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
