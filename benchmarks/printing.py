"""A report as PDF: seconds of the first print and of later ones, on the demo's three years of six client accounts."""

import http.client
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.serving import COMMAND, without_settings

TEMPLATE = "customer-service"
GOAL_SECONDS = 10.0  # four pages of a report, on two cores


def run(rounds: int) -> dict[str, object]:
    """Load the demo, print a report several times, and return what it took."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**without_settings(), "BELVEDERE_DATA_DIR": folder}
        command = [COMMAND, "demo", "--port", "8268", "--no-browser", "--json"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as server:
            assert server.stdout is not None
            try:
                text = ""
                while not text.rstrip().endswith("}") or text.count("{") != text.count("}"):
                    text += server.stdout.readline().decode()
                key = str(json.loads(text)["key"])
                seconds = [_print(key) for _ in range(rounds + 1)]
            finally:
                server.terminate()
    first, later = seconds[0], [one for one, _ in seconds[1:]]
    figures = {
        "template": TEMPLATE,
        "sheets": first[1],
        "first_seconds": round(first[0], 2),
        "later_seconds": round(statistics.median(later), 2),
        "goal_seconds": GOAL_SECONDS,
    }
    print(f"{TEMPLATE}: {first[1]} sheets, first {first[0]:.1f} s, then {figures['later_seconds']} s", file=sys.stderr)
    return figures


def _print(key: str) -> tuple[float, int]:
    """Return the seconds of one print and its sheets."""
    started = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", 8268, timeout=120)
    connection.request("GET", f"/v1/reports/{TEMPLATE}/pdf", headers={"authorization": f"Bearer {key}"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"{answer.status}: {content[:500]!r}")
    seconds = time.perf_counter() - started
    told = subprocess.run(["pdfinfo", "-"], input=content, capture_output=True, check=True)
    found = re.search(rb"Pages:\s+(\d+)", told.stdout)
    return seconds, int(found[1]) if found else 0
