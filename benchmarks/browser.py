"""The viewer in a real browser: its first chart beside a plain page, and a page of twenty charts beside its getData.

Both pages are loaded in one browser, in turn, each into an empty cache of its own; a chart counts once its line stands
in the document and a frame has been drawn. It needs Chromium, Node and `npm ci` in looker_templates/viewer.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
from playwright.sync_api import Browser, Page, Request, sync_playwright

from benchmarks.generate import SIZES, Generated, generated
from benchmarks.serving import COMMAND, Client, Server, serving, without_settings
from benchmarks.twenty_charts import FIRST_CHART, TEMPLATE, document

FIRST_CHART_GOAL = 1.5
PAGE_GOAL = 2.0
AT_ONCE = 6  # connections that a browser opens to one server
_VIEWER = Path(__file__).parent.parent / "looker_templates" / "viewer"
_PLAIN = Path(__file__).parent / "plain_page"
_DAYS = "&from=2025-01-01&to=2025-12-31"
# Milliseconds since the page was asked for, once the line is there and the frame after it has been drawn.
_WATCH = """
window.shown = new Promise((shown, late) => {
  const done = () => {
    const ready = window.wanted();
    if (!ready) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => shown(performance.now()), 0));
  };
  const seen = new MutationObserver(done);
  const changes = { childList: true, subtree: true, attributes: true, attributeFilter: ["data-phase", "data-drawn"] };
  seen.observe(document, changes);
  setTimeout(() => late(new Error("Nothing was drawn within a minute.")), 60_000);
});
"""
_ONE = "window.wanted = () => document.querySelector('%s path[stroke][fill=none]') !== null;"
# The first chart as the server has drawn it or as the page itself has, whichever stands first; and the page's alone.
_FIRST = f":is(#{FIRST_CHART}, [data-item={FIRST_CHART}])"
_OWN = f"#{FIRST_CHART}"
_ALL = """
window.wanted = () => {
  const cards = [...document.querySelectorAll('.card')];
  const drawn = (card) => card.dataset.phase === 'ready' && card.querySelector('.chart svg path, table tbody tr');
  return cards.length === 20 && cards.every(drawn);
};
"""


def run(rounds: int, size: str = "S") -> dict[str, object]:
    """Measure, and return medians in milliseconds with their ratios beside the goals."""
    source = generated(SIZES[size])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "data"
        shutil.copytree(source.folder, folder)
        _build_plain(Path(name) / "plain")
        admin = _admin_key(folder)
        with (
            serving(folder, source.key, cache_bytes=0, threads=2) as server,
            _plain_server(Path(name) / "plain") as plain,
            _browser() as browser,
        ):
            address = f"http://127.0.0.1:{server.port}"
            headers = {"authorization": f"Bearer {admin}"}
            added = httpx2.post(f"{address}/v1/templates", json=document(), headers=headers, timeout=30)
            assert added.status_code == 201, added.text
            figures = _measure(browser, server, source, address, plain, rounds)
    print(json.dumps(figures, indent=2), file=sys.stderr)
    return figures


def _measure(
    browser: Browser, server: Server, source: Generated, address: str, plain: str, rounds: int
) -> dict[str, object]:
    report = f"{address}/r/{TEMPLATE}?page=all{_DAYS}"
    first, bodies = _asked(browser, report, source.key)
    ask = json.dumps({"address": address, "key": source.key, "body": first})
    floor_page = f"{plain}/index.html?{urllib.parse.urlencode({'ask': ask})}"
    times: dict[str, list[float]] = {name: [] for name in ("floor", "first", "own", "again", "page", "data", "sum")}
    client = Client(server)
    for _ in range(rounds):
        times["floor"] += _load(browser, floor_page, _ONE % "#chart", None)
        times["first"] += _load(browser, report, _ONE % _FIRST, source.key)
        times["own"] += _load(browser, report, _ONE % _OWN, source.key)
        times["again"] += _load(browser, report, _ONE % _OWN, source.key, times=2)[1:]
        times["page"] += _load(browser, report, _ALL, source.key)
        whole, each = _data(client, bodies)
        times["data"].append(whole)
        times["sum"].append(sum(each))
    middle = {name: statistics.median(several) for name, several in times.items()}
    best = {name: min(several) for name, several in times.items()}
    return {
        "tickets": source.rows,
        "charts": 20,
        "requests": len(bodies),
        "plain_page_ms": round(middle["floor"]),
        "first_chart_ms": round(middle["first"]),
        "own_first_chart_ms": round(middle["own"]),
        "own_first_chart_later_visit_ms": round(middle["again"]),
        "first_chart_ratio": round(middle["first"] / middle["floor"], 2),
        "first_chart_ratio_of_the_best": round(best["first"] / best["floor"], 2),
        "own_first_chart_ratio": round(middle["own"] / middle["floor"], 2),
        "own_first_chart_later_visit_ratio": round(middle["again"] / middle["floor"], 2),
        "first_chart_goal": FIRST_CHART_GOAL,
        "get_data_six_at_once_ms": round(middle["data"]),
        "page_ms": round(middle["page"]),
        "page_ratio": round(middle["page"] / middle["data"], 2),
        "page_ratio_of_the_best": round(best["page"] / best["data"], 2),
        "page_goal": PAGE_GOAL,
        "sum_of_get_data_ms": round(middle["sum"]),
        "page_ratio_to_the_sum": round(middle["page"] / middle["sum"], 2),
    }


def _asked(browser: Browser, address: str, key: str) -> tuple[object, list[bytes]]:
    """Return the request of the first chart, and all different requests of the page."""
    bodies: dict[str, None] = {}

    def noted(one: Request) -> None:
        if one.url.endswith("/v1/looker/data"):
            bodies.setdefault(one.post_data or "")

    with _page(browser, _ALL, key, address) as page:
        page.on("request", noted)
        page.goto(address)
        _shown(page)
    whole = [json.loads(one) for one in bodies]
    named = (one for one in whole if [field["name"] for field in one["fields"]] == ["date_day", "tickets_created"])
    return next(named), [one.encode() for one in bodies]


def _load(browser: Browser, address: str, wanted: str, key: str | None, times: int = 1) -> list[float]:
    with _page(browser, wanted, key, address) as page:
        shown = []
        for _ in range(times):
            page.goto(address)
            shown.append(_shown(page))
        return shown


def _shown(page: Page) -> float:
    # Playwright's own waiting brings a script of its own into the page, which takes longer to read than the plain page.
    session = page.context.new_cdp_session(page)
    asked = {"expression": "window.shown", "awaitPromise": True, "returnByValue": True}
    answer = session.send("Runtime.evaluate", asked)
    session.detach()
    if "exceptionDetails" in answer:
        raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
    return float(answer["result"]["value"])


@contextmanager
def _page(browser: Browser, wanted: str, key: str | None, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1360, "height": 900}, reduced_motion="reduce")
    try:
        if key is not None:
            origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(address))
            context.request.post(f"{origin}/v1/session", data={"key": key}, headers={"origin": origin})
        page = context.new_page()
        page.add_init_script(wanted + _WATCH)
        yield page
    finally:
        context.close()


def _data(client: Client, bodies: Sequence[bytes]) -> tuple[float, list[float]]:
    """Return the milliseconds of all requests, six at once, and of each, by a client that draws nothing."""

    def one(body: bytes) -> float:
        asked = time.perf_counter()
        client.data(body)
        return (time.perf_counter() - asked) * 1000

    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = time.perf_counter()
        each = list(pool.map(one, bodies))
        return (time.perf_counter() - started) * 1000, each


def _build_plain(folder: Path) -> None:
    shutil.copytree(_PLAIN, folder)
    command = [
        str(_VIEWER / "node_modules/.bin/esbuild"), str(_PLAIN / "plain.js"), "--bundle", "--minify", "--format=esm",
        "--target=chrome111", "--define:process.env.NODE_ENV=\"production\"", f"--outfile={folder / 'plain.js'}",
        "--allow-overwrite", "--log-level=warning",
    ]  # fmt: skip
    subprocess.run(command, check=True, env={**os.environ, "NODE_PATH": str(_VIEWER / "node_modules")})


@contextmanager
def _plain_server(folder: Path) -> Iterator[str]:
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def _browser() -> Iterator[Browser]:
    # The plain page comes from a server of its own and asks ours: the browser must let it.
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-web-security"]
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        chromium = playwright.chromium.launch(executable_path=path, args=options)
        yield chromium
        chromium.close()


def _admin_key(folder: Path) -> str:
    environment = {**without_settings(), "BELVEDERE_DATA_DIR": str(folder)}
    command = [COMMAND, "key", "create", "--name", "browser", "--admin"]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
