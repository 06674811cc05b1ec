"""The command `belvedere`. Heavy modules are imported inside the commands, so that help comes at once."""

import gc

from api.cli.commands import app

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line."""
    # What a start imports and builds stays: at the usual threshold the collector would look through it a hundred times.
    gc.set_threshold(50_000, 20, 20)
    app(prog_name="belvedere")
