"""`make bench`: the dashboard and the import, as ratios to raw DuckDB doing the same in the same run."""

import argparse
import json
import sys

from benchmarks import dashboard, imports, printing, readers, sync
from benchmarks.generate import SIZES


def main() -> None:
    """Run what is asked for; the goals go to standard error as a table, all figures to standard output as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, action="append", help="tickets of the dashboard (S and M)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of every chart (default: 7)")
    parser.add_argument("--rows", type=int, default=1_000_000, help="tickets of the import (default: one million)")
    parser.add_argument("--import-rounds", type=int, default=3, help="rounds of the import (default: 3)")
    parser.add_argument("--minutes", type=float, default=10, help="minutes of the load (default: 10)")
    parser.add_argument(
        "only",
        nargs="?",
        choices=["import", "dashboard", "readers", "sync", "printing", "browser", "load"],
        help="run one of them",
    )
    wanted = parser.parse_args()
    if wanted.only in (None, "dashboard"):
        for size in wanted.size or ("S", "M"):
            figures, goals = dashboard.run(size, wanted.rounds)
            print(f"Dashboard, size {size}\n{goals}\n", file=sys.stderr, flush=True)
            print(json.dumps({"dashboard": figures}, indent=2), flush=True)
    if wanted.only == "readers":
        print(json.dumps({"readers": readers.run(wanted.rows)}, indent=2), flush=True)
    if wanted.only == "sync":
        print(json.dumps({"sync": sync.run(wanted.rows)}, indent=2), flush=True)
    if wanted.only == "printing":
        print(json.dumps({"printing": printing.run(wanted.rounds)}, indent=2), flush=True)
    if wanted.only == "browser":
        from benchmarks import browser  # needs what the tests need

        for size in wanted.size or ("S",):
            print(json.dumps({"browser": browser.run(wanted.rounds, size)}, indent=2), flush=True)
    if wanted.only == "load":
        from benchmarks import load  # needs what the tests need

        print(json.dumps({"load": load.run(wanted.minutes)}, indent=2), flush=True)
    if wanted.only in (None, "import"):
        print(json.dumps({"import": imports.run(wanted.rows, wanted.import_rounds)}, indent=2), flush=True)


if __name__ == "__main__":
    main()
