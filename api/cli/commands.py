"""Every command in one place; each lives in a file of its own."""

import typer

from api.cli.backup import backup, restore, verify
from api.cli.catalog import catalog
from api.cli.connector import connector
from api.cli.demo import demo
from api.cli.imports import import_file
from api.cli.keys import keys
from api.cli.leaving import clients
from api.cli.mail import mail
from api.cli.people import people
from api.cli.publish import publish
from api.cli.rates import rates
from api.cli.report import report
from api.cli.rules import rules
from api.cli.secrets import secrets
from api.cli.serve import serve
from api.cli.settings import settings
from api.cli.sync import sync
from api.cli.workspaces import workspaces

app = typer.Typer(
    help="The self-hosted data API behind Looker Studio reports. Start with: belvedere demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command(name="demo")(demo)
app.command(name="serve")(serve)
app.command(name="import")(import_file)
app.command(name="sync")(sync)
app.command(name="publish")(publish)
app.command(name="backup")(backup)
app.command(name="restore")(restore)
app.command(name="verify")(verify)
app.add_typer(catalog, name="catalog")
app.add_typer(connector, name="connector")
app.add_typer(keys, name="key")
app.add_typer(workspaces, name="workspace")
app.add_typer(clients, name="client")
app.add_typer(rates, name="rates")
app.add_typer(rules, name="rules")
app.add_typer(secrets, name="secrets")
app.add_typer(mail, name="mail")
app.add_typer(people, name="person")
app.add_typer(report, name="report")
app.command(name="settings")(settings)
