"""`belvedere report`: reports as files, and scheduled ones by mail."""

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json

if TYPE_CHECKING:
    from collections.abc import Iterator

report = typer.Typer(help="Reports as files, and by mail.", no_args_is_help=True)


@report.command()
def pdf(
    template: Annotated[str, typer.Argument(metavar="TEMPLATE", help="Id of the template, such as customer-service.")],
    client: Annotated[
        str | None, typer.Option("--client", metavar="SLUG", help="One client account; all of them by default.")
    ] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; the template's own by default.")
    ] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="en, pt, es, ro, el or zh-Hans.")] = "en",
    chosen: Annotated[
        list[str] | None, typer.Option("--filter", metavar="FIELD=VALUE", help="Filter; may be repeated.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where to write it.")] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Print a report as PDF. A server that uses the data directory prints it itself: stop it, or use its address."""
    with errors_as_one_line(as_json=as_json):
        from api.errors import InvalidSettingError
        from api.reports import read_choices, report_pdf, template_of
        from api.telemetry import configure_logs
        from api.workspaces.records import Caller
        from api.workspaces.repository import Repository
        from api.workspaces.service import find_workspace
        from api.world import open_world

        if (start is None) != (end is None):
            raise InvalidSettingError("Give both days, --from and --to.")
        pairs = [("client", client or ""), ("lang", lang)]
        if start and end:
            pairs += [("from", f"{start:%Y-%m-%d}"), ("to", f"{end:%Y-%m-%d}")]
        for one in chosen or []:
            name, _, value = one.partition("=")
            pairs.append((f"f.{name}", value))
        settings = read_settings()
        configure_logs(settings.log_level if "log_level" in settings.model_fields_set else "warning")
        with _owning(settings.address, template), open_world(settings) as world:
            found = find_workspace(world.metadata, workspace)
            with world.metadata.read() as session:
                clients = tuple(Repository(session).client_accounts(found.id))
            caller = Caller("command", "command", found, clients, narrowed=False, admin=True)
            made = report_pdf(world, caller, template_of(world, caller, template), read_choices(pairs))
        path = out or Path(made.name)
        path.write_bytes(made.content)
        if as_json:
            say_json({"file": str(path), "bytes": len(made.content), "template": template, "client": client})
            return
        say(f"Wrote {path} ({len(made.content) // 1024} kB).")


@report.command()
def send(
    name: Annotated[str, typer.Argument(metavar="SCHEDULE", help="Name or id of the scheduled mail.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="ADDRESS", help="Send a test to this address alone.")
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Send a scheduled report now, to those who have not got its present period; or a test to one address."""
    with errors_as_one_line(as_json=as_json):
        from api.errors import StartError
        from api.schedules.planning import schedule_named, send_now, send_test
        from api.schedules.sending import ReportMails
        from api.telemetry import configure_logs
        from api.workspaces.models import now
        from api.workspaces.service import find_workspace
        from api.workspaces.vault import open_vault
        from api.world import open_world
        from warehouse import WorkspaceBusyError

        settings = read_settings()
        configure_logs(settings.log_level if "log_level" in settings.model_fields_set else "warning")
        try:
            with open_world(settings) as world:
                found = find_workspace(world.metadata, workspace)
                schedule = schedule_named(world.metadata, found, name)
                if to is None:
                    send_now(world.metadata, found, schedule, now())
                    taken = ReportMails(world).look(now(), only=schedule.id)
                else:
                    taken = len(send_test(world, found, schedule, to, now()).accepted)
            told = {"sent": taken, "by_server": False}
        except WorkspaceBusyError as error:
            if to is not None:
                raise StartError(
                    "A server uses this data directory, and sends tests itself: press Send a test to me at "
                    f"{settings.address}/console/schedules."
                ) from error
            metadata = open_vault(settings)
            try:
                found = find_workspace(metadata, workspace)
                send_now(metadata, found, schedule_named(metadata, found, name), now())
            finally:
                metadata.close()
            told = {"sent": 0, "by_server": True}
        if as_json:
            say_json(told)
        elif told["by_server"]:
            say("The server sends it within seconds; /console/schedules shows what became of it.")
        else:
            say(f"{told['sent']} mail{'' if told['sent'] == 1 else 's'} sent; /console/schedules shows all of them.")


@contextmanager
def _owning(address: str, template: str) -> "Iterator[None]":
    """Say where to print while a server owns the data directory."""
    from api.errors import StartError
    from warehouse import WorkspaceBusyError

    try:
        yield
    except WorkspaceBusyError as error:
        raise StartError(
            "A server uses this data directory, and prints it: fetch the PDF from it, with an API key, at "
            f"{address}/v1/reports/{template}/pdf."
        ) from error
