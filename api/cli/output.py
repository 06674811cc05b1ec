"""What commands print: results to standard output, everything else to standard error, errors as one line."""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

if TYPE_CHECKING:
    from api.settings import Settings

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on standard output.")]
WorkspaceName: TypeAlias = Annotated[
    "str | None", typer.Option("--workspace", metavar="NAME", help="Workspace; the only one there is by default.")
]


def program() -> str:
    """Return how to call this program from where the person stands, for commands that he is to copy."""
    called = Path(sys.argv[0])
    if called.name != "belvedere" or shutil.which("belvedere"):
        return "belvedere"
    inside = called.absolute().is_relative_to(Path.cwd())
    return str(called.absolute().relative_to(Path.cwd()) if inside else called)


def say(text: str = "") -> None:
    """Print a line of the result."""
    typer.echo(text)


def note(text: str) -> None:
    """Print a line that is not part of the result."""
    typer.echo(text, err=True)


def say_json(document: object) -> None:
    """Print the one JSON document of a command."""
    import orjson

    typer.echo(orjson.dumps(document, default=_plain, option=orjson.OPT_INDENT_2).decode())


def _plain(value: object) -> object:
    if isinstance(value, tuple | set | frozenset):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return str(value)


def say_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns."""
    widths = [max(len(row[index]) for row in (headings, *rows)) for index in range(len(headings))]
    for row in (headings, *rows):
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def read_settings(**given: object) -> "Settings":
    """Read the settings from the environment; what the command line gives wins."""
    from pydantic import ValidationError

    from api.errors import StartError
    from api.settings import Settings, environment_name

    try:
        return Settings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = environment_name(str(first["loc"][0])) if first["loc"] else "The settings"
        text = first["msg"].removeprefix("Value error, ")
        raise StartError(f"{name} is wrong: {text[:1].lower()}{text[1:]}. See: belvedere settings.") from error


@contextmanager
def errors_as_one_line(*, as_json: bool = False) -> Iterator[None]:
    """Turn our errors, and those of files and addresses, into one line and exit status 1; never a traceback."""
    try:
        yield
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter would complain once more while it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except Exception as error:
        known = _known(error)
        if known is None:
            raise
        code, text = known
        if as_json:
            say_json({"error": {"code": code, "message": text}})
        note(f"belvedere: {text}")
        sys.stdout.flush()
        raise typer.Exit(1) from error


def _known(error: Exception) -> tuple[str, str] | None:
    from sqlalchemy.exc import SQLAlchemyError

    from api.problems import PROBLEMS, problem_of
    from api.telemetry import redact

    if type(error) in PROBLEMS:
        return problem_of(error).code, str(error)
    if isinstance(error, SQLAlchemyError):
        first = str(error).splitlines()[0]
        return "metadata_error", f"The metadata database does not work: {redact(first)}. Check BELVEDERE_DATABASE_URL."
    if isinstance(error, OSError):
        return "system_error", f"{error.filename or 'The system'}: {error.strerror or error}."
    return None
