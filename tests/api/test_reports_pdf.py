"""PDF of a report: the numbers of getData as live text, vector charts, our typeface, the caller's scope."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fontTools.ttLib import TTCollection, TTFont
from typer.testing import CliRunner

from api.brands.records import BrandWish
from api.brands.repository import Brands
from api.cli.commands import app
from api.reports import read_choices, render_mail_parts, report_pdf, template_of
from api.reports.typefaces import chinese_typeface, main_family
from api.shares.confining import fields_of
from api.shares.records import ShareLimits
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_workspace
from api.writing.commentary import Commentaries, Place
from looker_templates import FONTS_FOLDER
from tests.api.asking import body_of, post
from tests.api.serving import Served

STATE = {"client": "acme", "from": "2025-02-01", "to": "2025-02-28", "lang": "en"}
FEBRUARY = {"dateRange": {"startDate": "2025-02-01", "endDate": "2025-02-28"}}
PAGE = "/v1/reports/first-look/pdf"
poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler-utils")


def tool(name: str, content: bytes, *options: str, out: str = "-") -> str:
    command = [name, *options, "-", out] if name == "pdftotext" else [name, *options, "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout.decode()


def caller(served: Served) -> Caller:
    main = find_or_create_workspace(served.world.metadata, "main")
    with served.world.metadata.read() as session:
        return Caller("test", "test", main, tuple(Repository(session).client_accounts(main.id)), narrowed=False)


@pytest.fixture(scope="module")
def printed(served: Served) -> bytes:
    with served.client() as client:
        answer = client.get(PAGE, params=STATE)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert 'filename="first-look_acme_20250201-20250228.pdf"' in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    return answer.content


@poppler
def test_it_says_what_getdata_says(served: Served, printed: bytes) -> None:
    text = tool("pdftotext", printed, "-layout")
    body = body_of("tickets_created", client="acme") | FEBRUARY
    value = post(served, "data", body).json()["rows"][0]["values"][0]
    assert re.search(rf"(?<![\d.,]){value}(?![\d.,])", text)
    body["fields"] = [{"name": "category"}, {"name": "tickets_created"}]
    rows = [row["values"] for row in post(served, "data", body).json()["rows"]]
    assert rows
    for category, count in rows:
        assert re.search(rf"{re.escape(category)}\s.*\b{count}\b", text), category
    sheets = text.split("\f")[:-1]
    assert len(sheets) == int(re.search(r"Pages:\s+(\d+)", tool("pdfinfo", printed))[1])  # type: ignore[index]
    for number, sheet in enumerate(sheets, 1):
        assert "First look" in sheet
        assert "Acme" in sheet
        assert "1–28 Feb 2025" in sheet
        assert f"Page {number} of {len(sheets)}" in sheet
        assert "Data until 11 Mar 2025" in sheet  # the last ticket: 239 times 7 hours after New Year
    assert "Period 1–28 Feb 2025" in re.sub(r" +", " ", text)


@poppler
def test_it_is_vector_with_our_typeface_and_has_a_title_and_bookmarks(printed: bytes, tmp_path: Path) -> None:
    assert len(tool("pdfimages", printed, "-list").splitlines()) == 2  # the headings alone
    fonts = [line.split() for line in tool("pdffonts", printed).splitlines()[2:]]
    assert fonts
    assert all("+Inter" in font[0] and font[-5:-2] == ["yes", "yes", "yes"] for font in fonts), fonts
    assert "First look · Acme · 1–28 Feb 2025" in tool("pdfinfo", printed)
    file = tmp_path / "report.pdf"
    file.write_bytes(printed)
    command = ["pdftohtml", "-xml", "-i", "-stdout", str(file)]
    outline = subprocess.run(command, capture_output=True, text=True, check=True).stdout.partition("<outline>")[2]
    assert "Overview" in outline
    assert "A4" in tool("pdfinfo", printed)


@poppler
@pytest.mark.parametrize(("lang", "words"), [("el", "Σελίδα 1 από"), ("ro", "Pagina 1 din"), ("zh-Hans", "第 1 页")])
def test_no_glyph_is_missing(served: Served, lang: str, words: str) -> None:
    chinese = chinese_typeface()
    if lang == "zh-Hans" and chinese is None:
        pytest.skip("needs fonts-noto-cjk")
    with served.client() as client:
        content = client.get(PAGE, params=STATE | {"lang": lang}).content
    text = tool("pdftotext", content)
    assert words in re.sub(r"\s+", " ", text)
    known = set(TTFont(FONTS_FOLDER / "Inter-Regular.ttf").getBestCmap())
    if chinese is not None and lang == "zh-Hans":
        known |= set(TTCollection(chinese.files[0]).fonts[0].getBestCmap())
    assert not {letter for letter in text if ord(letter) not in known and not letter.isspace()}
    if lang == "ro":
        assert not set("şţŞŢ") & set(text)  # with a cedilla
    fonts = tool("pdffonts", content)
    assert "Noto" in fonts if lang == "zh-Hans" else set(re.findall(r"\+(\w+)", fonts)) == {"Inter"}


@poppler
def test_filters_of_the_address_hold_and_are_printed_as_a_sentence(served: Served) -> None:
    with served.client() as client:
        content = client.get(PAGE, params=STATE | {"f.channel": "Email", "compare": "none"}).content
    text = re.sub(r"\s+", " ", tool("pdftotext", content))
    assert "Channel Email" in text
    assert " vs " not in text


def test_nobody_prints_what_he_may_not_see(served: Served) -> None:
    with served.client(served.acme_key) as client:
        assert client.get(PAGE, params=STATE | {"client": "globex"}).status_code == 404
        assert client.get("/v1/reports/none-such/pdf").status_code == 404
        assert client.get(PAGE, params={"from": "2025-02-01"}).json()["error"]["code"] == "invalid_date_range"
        assert client.get(PAGE, params=STATE | {"to": "2025-01-01"}).status_code == 400
        assert client.get(PAGE, params=STATE | {"from": "yesterday"}).status_code == 422
        assert "pdf" in client.get("/v1/session").json()["can"]
    with served.stranger() as client:
        assert client.get(PAGE, params=STATE).status_code == 401
        assert client.get("/console/reports/first-look/pdf", params=STATE).status_code == 401


@poppler
def test_a_clients_own_look_replaces_ours(served: Served) -> None:
    who = caller(served)
    report = template_of(served.world, who, "first-look")
    acme = next(one.id for one in who.clients if one.slug == "acme")
    wish = BrandWish(
        name="Acme Insights", accent="#7a1fa2", series=("#7a1fa2", "#0ea18f"), footer="For Acme alone", font="serif"
    )
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><rect width="60" height="20"/></svg>'
    with served.world.metadata.write() as session:
        Brands(session, who.workspace.id).put(acme, wish, {"logo": served.world.press.png(svg)})
    try:
        made = report_pdf(served.world, who, report, read_choices(STATE.items())).content
        other = report_pdf(served.world, who, report, read_choices({**STATE, "client": "globex"}.items())).content
    finally:
        with served.world.metadata.write() as session:
            Brands(session, who.workspace.id).remove(acme)
    about = tool("pdfinfo", made) + tool("pdftotext", made)
    assert "Acme Insights" in about
    assert "For Acme alone" in about
    assert "Belvedere" not in about
    assert len(tool("pdfimages", made, "-list").splitlines()) > 2  # the logo
    assert main_family("serif").replace(" ", "-") in tool("pdffonts", made).replace(" ", "-")
    assert "Acme" not in tool("pdftotext", other)


@poppler
def test_a_share_link_prints_what_it_is_held_to_and_says_so(served: Served) -> None:
    who = caller(served)
    report = template_of(served.world, who, "first-look")
    dates = (date(2025, 2, 1), date(2025, 2, 14))
    limits = ShareLimits("share", report.id, {"channel": ("Email",)}, dates, fields=fields_of(report))
    choices = read_choices([*STATE.items(), ("f.channel", "Chat")])
    text = tool("pdftotext", report_pdf(served.world, replace(who, share=limits), report, choices).content)
    same = read_choices([*STATE.items(), ("f.channel", "Email")])
    assert "Channel Email" in re.sub(r"\s+", " ", text)
    assert "1–14 Feb 2025" in text
    cut = replace(same, days=dates, compare="none")
    wanted = tool("pdftotext", report_pdf(served.world, who, report, cut).content)
    assert re.findall(r"\n(\d+)\n", text)[:1] == re.findall(r"\n(\d+)\n", wanted)[:1] != []
    # Whoever sees some client accounts is not told that they are all.
    together = read_choices([(name, value) for name, value in STATE.items() if name != "client"])
    text = tool("pdftotext", report_pdf(served.world, replace(who, narrowed=True), report, together).content)
    assert "Acme, Globex" in text
    assert "All clients" not in text


@poppler
def test_what_people_wrote_is_printed_as_text_and_never_as_markup(served: Served) -> None:
    who = caller(served)
    report = template_of(served.world, who, "ticket-volume")
    item = next(one.id for one in report.items if one.type == "commentary")
    acme = next(one.id for one in who.clients if one.slug == "acme")
    place = Place(report.id, item, acme, date(2025, 2, 1), date(2025, 2, 28))
    text = "**Fewer tickets** than before.\n\n- one <img src=x>\n- [the desk](/console) and [bad](javascript:alert)"
    with served.world.metadata.write() as session:
        Commentaries(session, who.workspace.id).put(place, text, "Ana Reyes")
    try:
        choices = read_choices([*STATE.items()])
        printed = re.sub(r"\s+", " ", tool("pdftotext", report_pdf(served.world, who, report, choices).content))
        parts = render_mail_parts(served.world, who, report, "acme", (place.start, place.end), "en")
    finally:
        with served.world.metadata.write() as session:
            Commentaries(session, who.workspace.id).put(place, "", "Ana Reyes")
    for words in ("Fewer tickets than before.", "one <img src=x>", "the desk and [bad](javascript:alert)", "Ana Reyes"):
        assert words in printed
    assert [one.text for one in parts.commentary] == [text]


@poppler
def test_a_field_that_is_not_there_is_told_and_other_cards_go_on(served: Served) -> None:
    """Retention needs subscriptions, which this workspace has none of."""
    who = caller(served)
    report = template_of(served.world, who, "retention")
    made = report_pdf(served.world, who, report, read_choices([("client", "acme"), ("lang", "en")]))
    text = tool("pdftotext", made.content)
    assert "No values in this period" in text
    assert "By month" in text


def test_a_mail_gets_numbers_as_text_and_charts_as_pictures(served: Served) -> None:
    who = caller(served)
    report = template_of(served.world, who, "first-look")
    days = read_choices([("from", "2025-02-01"), ("to", "2025-02-28")]).days
    assert days is not None
    parts = render_mail_parts(served.world, who, report, "acme", days, "pt-BR")
    body = body_of("tickets_created", client="acme") | FEBRUARY
    value = post(served, "data", body).json()["rows"][0]["values"][0]
    assert str(value) in {kpi.value for kpi in parts.kpis}
    assert all(kpi.label and kpi.summary for kpi in parts.kpis)
    assert (parts.client, parts.period, parts.data_until) == ("Acme", "1–28 fev 2025", "2025-03-11")
    assert 1 <= len(parts.charts) <= 4
    for chart in parts.charts:
        assert chart.png.startswith(b"\x89PNG")
        assert int.from_bytes(chart.png[16:20]) == 2 * chart.width
        assert int.from_bytes(chart.png[20:24]) == 2 * chart.height
        assert chart.title in chart.alt


def test_choices_are_read_as_the_viewer_reads_them() -> None:
    pairs = [
        ("client", "a"), ("from", "2026-10-01"), ("to", "2026-10-31"), ("compare", "none"), ("lang", "zh_CN"),
        ("f.channel", "voice"), ("f.channel", ""), ("f.channel", "voice"), ("s.subject", "late"), ("n.score", "1..5"),
        ("n.wrong", "5..1"), ("t.open", "1"), ("d.by_region", "Attica"), ("f.Bad", "x"), ("page", "team"),
    ]  # fmt: skip
    read = read_choices(pairs)
    assert (read.client, read.compare, read.locale) == ("a", "none", "zh-Hans")
    assert read.filters == {"channel": ("voice", None)}
    assert (read.searches, read.ranges) == ({"subject": "late"}, {"score": (1.0, 5.0)})
    assert (read.toggles, read.drills) == ({"open": True}, {"by_region": ("Attica",)})
    assert read_choices([("from", "2026-10-02"), ("to", "2026-10-01")]).days is None


def test_the_command_names_the_server_that_prints(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELVEDERE_DATA_DIR", str(served.settings.data_dir))
    done = CliRunner().invoke(app, ["report", "pdf", "first-look", "--out", "never.pdf"])
    assert done.exit_code == 1
    assert "/v1/reports/first-look/pdf" in done.stderr
    assert not Path("never.pdf").exists()
