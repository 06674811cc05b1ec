"""`make bench`: import rows a second and getData time, as ratios to raw DuckDB doing the same in the same run."""

import argparse
import json

from benchmarks import getdata, imports


def main() -> None:
    """Run both benchmarks and print their figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="generated tickets (default: one million)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of every chart (default: 7)")
    parser.add_argument("--import-rounds", type=int, default=3, help="rounds of the import (default: 3)")
    parser.add_argument("only", nargs="?", choices=["import", "getdata"], help="run one of them")
    wanted = parser.parse_args()
    if wanted.only != "getdata":
        print(json.dumps({"import": imports.run(wanted.rows, wanted.import_rounds)}, indent=2), flush=True)
    if wanted.only != "import":
        print(json.dumps({"getdata": getdata.run(wanted.rows, wanted.rounds)}, indent=2), flush=True)


if __name__ == "__main__":
    main()
