"""`belvedere settings`: every setting, its value and where it comes from."""

from typing import Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, read_settings, say, say_json, say_table


def settings(
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the reference page of the documentation.")
    ] = False,
) -> None:
    """Print all settings with their values and origins; secrets stay hidden."""
    with errors_as_one_line(as_json=as_json):
        from api.reference import settings_page
        from api.settings import describe_settings

        if markdown:
            say(settings_page().rstrip())
            return
        rows = describe_settings(read_settings())
        if as_json:
            say_json({"settings": rows})
            return
        say_table(("NAME", "VALUE", "FROM"), [(row["name"], row["value"] or "-", row["source"]) for row in rows])
        say()
        say("Set them in the environment. What each one does: docs/reference/settings.md")
