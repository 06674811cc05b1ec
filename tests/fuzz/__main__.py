"""`make fuzz`: a million questions to getData about every dataset, from a seed that is printed and can be given."""

import argparse
import resource
import secrets
import tempfile
import time
from pathlib import Path

from tests.fuzz.drive import ask_at_random, asked

ROUND = 20_000  # what a round has drawn is forgotten after it, and the next one gets a seed of its own


def main() -> None:
    """Ask, round by round, and tell how it goes; the first wrong answer ends the run."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)
    started, done, number = time.monotonic(), 0, wanted.seed
    with tempfile.TemporaryDirectory() as folder, asked(Path(folder)) as stage:
        while done < wanted.requests:
            counts = ask_at_random(stage, min(ROUND, wanted.requests - done), number)
            done, number = done + counts["wide"] + counts["questions"] + counts["bodies"], number + 1
            spent, memory = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{done:,} requests in {time.monotonic() - started:,.0f} s, {spent:,.0f} s of them on a processor, "
                f"at most {memory:,} MB, nothing wrong",
                flush=True,
            )


if __name__ == "__main__":
    main()
