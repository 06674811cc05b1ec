"""`belvedere workspace`: show and change what the numbers of a workspace follow: calendar, money, costs, hours."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, WorkspaceName, errors_as_one_line, read_settings, say, say_json, say_table
from api.cli.progress import show_progress

if TYPE_CHECKING:
    from api.workspaces.records import Workspace

workspaces = typer.Typer(help="Show and change the settings of a workspace.", no_args_is_help=True)


@workspaces.command()
def show(workspace: WorkspaceName = None, as_json: AsJson = False) -> None:
    """Show the settings of a workspace."""
    with errors_as_one_line(as_json=as_json):
        from api.workspaces.database import open_metadata
        from api.workspaces.service import find_workspace

        found = find_workspace(open_metadata(read_settings().metadata_url), workspace)
        _tell(found, as_json=as_json)


@workspaces.command(name="set")
def set_workspace(
    name: Annotated[str | None, typer.Option("--name", help="What people call it.")] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="Of new client accounts, such as Europe/Athens.")
    ] = None,
    currency: Annotated[
        str | None,
        typer.Option("--currency", metavar="CODE", help="Of reports over clients with several currencies."),
    ] = None,
    fiscal_year_start: Annotated[
        int | None, typer.Option("--fiscal-year-start", metavar="MONTH", help="Month, 1 to 12.")
    ] = None,
    week_start: Annotated[str | None, typer.Option("--week-start", metavar="DAY", help="monday to sunday.")] = None,
    portfolio_level: Annotated[
        str | None,
        typer.Option("--portfolio-level", metavar="LEVEL", help="Whose region and owner: client_account or account."),
    ] = None,
    cac_scope: Annotated[
        str | None,
        typer.Option("--cac-scope", metavar="SCOPE", help="Costs of winning customers: ads, ads_fees or full."),
    ] = None,
    cac_lag_days: Annotated[
        int | None, typer.Option("--cac-lag-days", metavar="DAYS", help="Days from a cost to the customer it wins.")
    ] = None,
    tickets_per_agent_day: Annotated[
        float | None, typer.Option("--tickets-per-agent-day", metavar="N", help="What an agent solves in a day.")
    ] = None,
    fx_method: Annotated[
        str | None,
        typer.Option(
            "--fx-method", metavar="METHOD", help="Rate: transaction_date, month_average, period_end or fixed."
        ),
    ] = None,
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Change settings; days, weeks and money that follow from them are computed again."""
    given = {
        "name": name,
        "timezone": timezone,
        "currency": currency,
        "fiscal_year_start_month": fiscal_year_start,
        "week_start": week_start,
        "portfolio_level": portfolio_level,
        "cac_scope": cac_scope,
        "cac_lag_days": cac_lag_days,
        "tickets_per_agent_day": tickets_per_agent_day,
        "fx_method": fx_method,
    }
    with errors_as_one_line(as_json=as_json):
        from api.jobs.settings_work import settings_arguments

        values = {key: value for key, value in given.items() if value is not None}
        if not values:
            raise typer.BadParameter("name at least one setting; see: belvedere workspace set --help")
        _change(settings_arguments(workspace=values), workspace, as_json=as_json)


@workspaces.command()
def hours(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="YAML with a list of schedules; see docs.")],
    workspace: WorkspaceName = None,
    as_json: AsJson = False,
) -> None:
    """Set business hours from a YAML file; times in business hours are computed again."""
    with errors_as_one_line(as_json=as_json):
        from api.jobs.settings_work import settings_arguments
        from warehouse import load_hours

        _change(settings_arguments(hours=load_hours(file)), workspace, as_json=as_json)


def _change(arguments: dict[str, object], workspace: str | None, *, as_json: bool) -> None:
    from api.cli.owner import open_office
    from api.jobs.records import JobKind
    from api.workspaces.service import find_or_create_workspace, find_workspace

    office = open_office(read_settings())
    # Without a name the first workspace may be made here; a name that does not exist is a mistake.
    found = find_workspace(office.metadata, workspace) if workspace else find_or_create_workspace(office.metadata, None)
    with show_progress("Changing settings") as on_progress:
        office.do(found, JobKind.SETTINGS, arguments, on_progress)
    _tell(find_workspace(office.metadata, found.slug), as_json=as_json)


def _tell(workspace: "Workspace", *, as_json: bool) -> None:
    values = workspace.settings()
    schedules = [schedule.model_dump(mode="json", exclude_defaults=True) for schedule in workspace.business_hours]
    if as_json:
        say_json({"workspace": {**values, "business_hours": schedules}})
        return
    rows = [(name, "-" if value is None else str(value)) for name, value in values.items()]
    whose = [f"{schedule.whose} ({schedule.timezone})" for schedule in workspace.business_hours]
    say_table(("SETTING", "VALUE"), [*rows, ("business_hours", ", ".join(whose) or "-")])
    if workspace.tickets_per_agent_day is None:
        say("Without tickets_per_agent_day a forecast has no capacity.")
