"""The top of a report's page as the server draws it: the numbers of getData, within the reader's scope, or nothing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import httpx2
import pytest

from api.reports.theme import Palette
from tests.api.asking import body_of, post
from tests.api.serving import Served, wait_until
from tests.api.test_shares import admin, made  # noqa: F401  # the fixture

FEBRUARY = "?client=acme&from=2025-02-01&to=2025-02-28"
DAYS = {"dateRange": {"startDate": "2025-02-01", "endDate": "2025-02-28"}}
PHONE = {"user-agent": "Mozilla/5.0 (Linux; Android 16) Chrome/140 Mobile Safari/537.36"}


@contextmanager
def reading(served: Served, key: str) -> Iterator[httpx2.Client]:
    """Give a browser that has signed in with a key."""
    with served.stranger() as client:
        answer = client.post("/v1/session", json={"key": key}, headers={"origin": served.address})
        assert answer.status_code == 200, answer.text
        yield client


def view_in(page: str) -> str:
    """Return what the server has drawn; empty if it has drawn nothing."""
    found = re.search(r'<div class="first-view".*</main>\s*</div>', page, re.DOTALL)
    return found[0] if found else ""


def count_in(view: str) -> str:
    found = re.search(r'data-item="k_volume">.*?class="kpi-value[^"]*">([^<]*)<', view, re.DOTALL)
    return found[1] if found else ""


@pytest.fixture(scope="module")
def warm(served: Served) -> Served:
    """A server whose worker has read its script: nobody is kept waiting for that."""
    with reading(served, served.key) as reader:
        assert reader.get("/r/first-look" + FEBRUARY).status_code == 200
    wait_until(lambda: served.world.quick_press.is_warm)
    return served


def volume(served: Served, key: str, **choices: object) -> str:
    body = body_of("tickets_created", **choices) | DAYS
    return f"{post(served, 'data', body, key).json()['rows'][0]['values'][0]:,}"


def test_it_says_what_getdata_says_before_any_script_runs(warm: Served) -> None:
    with reading(warm, warm.key) as reader:
        answer = reader.get("/r/first-look" + FEBRUARY)
        slides = reader.get("/r/first-look" + FEBRUARY + "&present=1").text
        empty = reader.get("/r/first-look?from=2031-01-01&to=2031-01-31").text
        greek = view_in(reader.get("/r/first-look" + FEBRUARY + "&lang=el").text)
        phone = view_in(reader.get("/r/first-look" + FEBRUARY, headers=PHONE).text)
    assert "no-store" in answer.headers["cache-control"]
    assert "style-src-attr 'none'" in answer.headers["content-security-policy"]
    view = view_in(answer.text)
    assert count_in(view) == volume(warm, warm.key, client="acme") != "0"
    assert "Acme" in view
    assert "1–28 Feb 2025" in view
    assert 'stroke="var(--series-1)"' in view  # the colours of the reader's own theme and of the client's look
    own = asdict(Palette())
    assert [one for one in (*own.pop("series"), *own.values()) if one in view] == []
    # A strict page refuses style attributes; ids are those of the page that comes after.
    assert re.findall(r'<style|\s(?:style|id|on\w+)="(?!zr)', view) == []
    assert 'lang="el"' in greek
    assert "Περίοδος" in greek
    assert count_in(phone) == count_in(view)
    assert 'viewBox="0 0 332 ' in phone
    # Slides and pages without a chart to show are left to the page itself.
    assert (view_in(slides), view_in(empty)) == ("", "")
    for page in (answer.text, slides, empty):
        assert '<div id="app"></div>' in page


def test_nobody_sees_more_than_his_scope(warm: Served, admin: httpx2.Client) -> None:  # noqa: F811
    with warm.stranger() as nobody:
        closed = nobody.get("/r/first-look" + FEBRUARY).text
    with reading(warm, warm.acme_key) as reader:
        own = view_in(reader.get("/r/first-look" + FEBRUARY.replace("client=acme&", "")).text)
        others = reader.get("/r/first-look" + FEBRUARY.replace("acme", "globex")).text
        missing = reader.get("/r/no-such-report").text
    assert (view_in(closed), view_in(others), view_in(missing)) == ("", "", "")
    assert count_in(own) == volume(warm, warm.acme_key) == volume(warm, warm.key, client="acme")

    # A link holds its client, its days and its filters whatever its address says.
    link = made(
        admin, report="first-look", **{"from": "2025-02-01", "to": "2025-02-28"}, filters={"channel": ["Email"]}
    )
    with warm.stranger() as anybody:
        page = anybody.get(f"/s/{link.token}?client=globex&from=2025-01-01&to=2025-12-31&f.channel=Chat")
    email = [[{"fieldName": "channel", "type": "INCLUDE", "operator": "EQUALS", "values": ["Email"]}]]
    assert count_in(view_in(page.text)) in ("", volume(warm, warm.key, client="acme", dimensionsFilters=email))
    with warm.stranger() as anybody:
        page = anybody.get(f"/s/{link.token}")
    assert count_in(view_in(page.text)) == volume(warm, warm.key, client="acme", dimensionsFilters=email)
    assert "frame-ancestors" in page.headers["content-security-policy"]


def test_whoever_comes_while_another_is_drawn_is_not_kept_waiting(warm: Served) -> None:
    with reading(warm, warm.key) as reader, warm.world.quick_press.room():
        page = reader.get("/r/first-look" + FEBRUARY)
        assert page.status_code == 200
        assert view_in(page.text) == ""
        assert '<div id="app"></div>' in page.text
