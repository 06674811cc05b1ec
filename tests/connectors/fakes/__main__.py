"""`python -m tests.connectors.fakes` serves every fake until Ctrl-C, and prints the settings that lead to them.

Copy the lines into the shell that runs Belvedere; then link accounts as with the real vendors. Names of vendors as
arguments serve those alone.
"""

import contextlib
import json
import sys
import threading

from tests.connectors.fakes.together import all_fakes, by_vendor, settings_of


def main(wanted: list[str]) -> None:
    """Serve until somebody presses Ctrl-C."""
    kinds = [kind for kind in all_fakes() if not wanted or kind.vendor in wanted]
    if not kinds:
        sys.exit(f"There is no such fake. Known: {', '.join(sorted({kind.vendor for kind in all_fakes()}))}.")
    with contextlib.ExitStack() as stack:
        for server in by_vendor(kinds):
            stack.enter_context(server)
            for fake in server.parts:
                given = {"settings": fake.config, "credentials": fake.credentials}
                print(f"# {fake.vendor}: {json.dumps(given)}")
            for name, value in settings_of(server).items():
                print(f"export {name}={value}", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
