"""What the operating system knows about this process."""

import os
import resource
import time
from collections.abc import Mapping
from pathlib import Path

_STARTED = time.time()
_SELF = Path("/proc/self")


def process_figures() -> Mapping[str, float]:
    """Return memory, processor time, threads and open files under the names that Prometheus gives them."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    found = {
        "process_cpu_seconds_total": used.ru_utime + used.ru_stime,
        "process_start_time_seconds": _STARTED,
    }
    if not (_SELF / "statm").exists():  # no Linux: the most memory that was ever held, in kilobytes or bytes
        return found
    pages = int((_SELF / "statm").read_text().split()[1])
    return found | {
        "process_resident_memory_bytes": float(pages * os.sysconf("SC_PAGE_SIZE")),
        "process_open_fds": float(len(list((_SELF / "fd").iterdir()))),
        "process_threads": float(len(list((_SELF / "task").iterdir()))),
    }
