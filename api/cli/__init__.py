"""The command `belvedere`. Heavy modules are imported inside the commands, so that help comes at once."""

from api.cli.commands import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    app(prog_name="belvedere")
