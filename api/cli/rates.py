"""`belvedere rates`: load exchange rates from a file, and list which ones there are."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, note, read_settings, say, say_json, say_table
from api.cli.progress import show_progress

rates = typer.Typer(help="Load and list exchange rates.", no_args_is_help=True)


@rates.command(name="import")
def import_rates(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV or JSON, or the European Central Bank's XML or CSV.")
    ],
    provider: Annotated[
        str | None,
        typer.Option("--provider", metavar="NAME", help="Whose rates they are; 'fixed' for those of method fixed."),
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Load rates. Exit status: 0 all of them, 3 some were refused, 1 none. Amounts are converted again."""
    with errors_as_one_line(as_json=as_json):
        file.open("rb").close()  # before a workspace is made for it
        result = _do({"path": str(file.absolute()), "provider": provider}, workspace, f"Loading {file.name}", new=True)
        report = result.get("report")
        assert isinstance(report, Mapping)
        if as_json:
            say_json(result)
        else:
            _tell(report)
        refused = int(report["rates_refused"])
        if refused:
            raise typer.Exit(3 if int(report["rates_read"]) > refused else 1)


@rates.command(name="list")
def list_rates(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """List the pairs of currencies with the days that rates are known for."""
    with errors_as_one_line(as_json=as_json):
        result = _do({"path": None}, workspace, "Reading rates", new=False)
        listed = result.get("rates")
        assert isinstance(listed, list)
        if as_json:
            say_json(result)
            return
        if not listed:
            say("There are no exchange rates yet. Load some: belvedere rates import FILE.")
            return
        names = ("base", "currency", "provider", "first_day", "last_day", "rates", "last_rate")
        say_table(
            ("BASE", "CURRENCY", "PROVIDER", "FROM", "TO", "RATES", "LAST RATE"),
            [tuple(str(one[name]) for name in names) for one in listed],
        )


def _do(arguments: dict[str, object], workspace: str | None, title: str, *, new: bool) -> dict[str, object]:
    import secrets

    from api.cli.owner import open_office
    from api.jobs.records import JobKind
    from api.workspaces.service import find_or_create_workspace, find_workspace

    office = open_office(read_settings())
    make = new and workspace is None
    found = find_or_create_workspace(office.metadata, None) if make else find_workspace(office.metadata, workspace)
    # A file of the same name may hold other rates by now, so no two of these jobs are the same work.
    with show_progress(title) as on_progress:
        return office.do(found, JobKind.RATES, {**arguments, "call": secrets.token_hex(8)}, on_progress)


def _tell(report: Mapping[str, object]) -> None:
    problems = report["problems"]
    assert isinstance(problems, list)
    for problem in problems:
        note(f"  line {problem['line']}, {problem['column']}: '{problem['value']}' {problem['reason']}")
    days = f", {report['first_day']} to {report['last_day']}" if report["first_day"] else ""
    say(
        f"Loaded {report['file']}: {report['rates_new']} new rates, {report['rates_changed']} changed, "
        f"{report['rates_refused']} refused{days}. "
        f"{report['rows_converted']} rows were converted; {report['rows_without_rate']} still have no rate."
    )
