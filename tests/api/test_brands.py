"""White label: palettes that are checked, style sheets that hold nothing but tokens, logos that are only pixels."""

import base64
import io
import re
from collections.abc import Iterator

import httpx2
import pytest
from PIL import Image

from api.brands.colours import closest, contrast, ink_on
from api.brands.logos import logo_png
from api.brands.records import FONTS, USUAL_SERIES, BrandWish, check_brand, check_series
from api.errors import InvalidSettingError
from api.workspaces.service import create_key, find_or_create_workspace
from looker_templates import STATIC_FOLDER
from tests.api.serving import Served

TABLEAU = ("#4e79a7", "#f28e2b", "#e15759", "#76b7b2", "#59a14f", "#edc948", "#b07aa1", "#ff9da7")
OKABE_ITO = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7", "#000000")
PATHS = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><path d="M0 0h40v20H0z" fill="#08a"/></svg>'
TOKENS = re.compile(r"--(accent|accent-ink|accent-soft|series-[1-8]):#[0-9a-f]{6};")


@pytest.fixture(scope="module")
def admin(served: Served) -> Iterator[httpx2.Client]:
    main = find_or_create_workspace(served.world.metadata, "main")
    with served.client(create_key(served.world.metadata, main, "brands", admin=True).secret) as client:
        yield client
        client.delete("/v1/brands", params={"client": "acme"})


class TestPalettes:
    def test_distances_are_those_that_are_known_of_these_palettes(self) -> None:
        found = [closest(one) for one in (USUAL_SERIES, OKABE_ITO, TABLEAU)]
        assert [one and round(one.distance, 1) for one in found] == [10.8, 7.6, 0.7]

    def test_our_own_presets_pass_in_light_and_dark(self) -> None:
        css = (STATIC_FOLDER / "app.css").read_text(encoding="utf-8")
        presets = re.findall(r"--series-1:\s*#.*?--series-8:\s*#[0-9a-f]{3,6}", css, re.DOTALL)
        assert len(presets) == 2
        for preset in presets:
            colours = [_long(one) for one in re.findall(r"#[0-9a-f]{3,6}", preset)]
            assert len(colours) == 8
            found = closest(colours)
            assert found is not None
            assert found.distance >= 8

    def test_doubtful_ones_are_warned_of_and_indistinct_ones_refused(self) -> None:
        assert check_series(USUAL_SERIES) == ()
        assert any("hard to tell apart" in one for one in check_series(OKABE_ITO))
        with pytest.raises(InvalidSettingError, match="under deuteranopia: too close"):
            check_series(TABLEAU)

    def test_ink_is_readable_on_every_accent(self) -> None:
        assert all(contrast(ink_on(one), one) >= 4.5 for one in ("#0156ef", "#ffd400", "#767676", "#000000", "#ff0000"))


@pytest.mark.parametrize(
    "wish",
    [
        BrandWish(name="A", accent="red;}"),
        BrandWish(name="A", accent="#0156ef;}body{display:none"),
        BrandWish(name="A", accent="#0156ef\n"),
        BrandWish(name="A", accent="#ffff00"),
        BrandWish(name="A", font='x";}'),
        BrandWish(name="A", host="evil.example/path"),
        BrandWish(name="A", sender="A\r\nBcc: all@example.com"),
        BrandWish(name="A", series=("#0156ef", "url(//x)")),
        BrandWish(name=" "),
    ],
)
def test_what_is_unsafe_or_unreadable_is_refused(wish: BrandWish) -> None:
    if wish.accent.endswith("\n"):
        assert check_brand(wish).wish.accent == "#0156ef"
        return
    with pytest.raises(InvalidSettingError):
        check_brand(wish)


class TestLogos:
    @pytest.mark.parametrize(
        "inside",
        [
            "<script>alert(1)</script>",
            '<image href="/etc/passwd"/>',
            '<use href="https://evil.example/x.svg#a"/>',
            "<foreignObject></foreignObject>",
            "<style>@import url(//x)</style>",
        ],
    )
    def test_drawings_that_reach_out_are_refused(self, inside: str) -> None:
        with pytest.raises(InvalidSettingError):
            logo_png(PATHS.replace("</svg>", inside + "</svg>").encode())

    def test_all_kinds_become_small_pictures(self) -> None:
        large = io.BytesIO()
        Image.new("RGB", (2_000, 1_000), "#0088aa").save(large, "JPEG", comment=b"where it was taken")
        for content in (PATHS.encode(), large.getvalue()):
            made = logo_png(content)
            with Image.open(io.BytesIO(made)) as opened:
                assert (opened.format, max(opened.size) <= 480, opened.height <= 160) == ("PNG", True, True)
            assert b"taken" not in made
        for wrong in (b"GIF89a....", b"", b"<html></html>", b"\x89PNG\r\n\x1a\nbroken", b"x" * 500_000):
            with pytest.raises(InvalidSettingError):
                logo_png(wrong)


class TestServed:
    def test_a_brand_is_worn_by_its_client_and_by_nobody_else(self, served: Served, admin: httpx2.Client) -> None:
        logo = base64.b64encode(PATHS.encode()).decode()
        wish = {"name": "Acme Insight", "accent": "#a0322a", "footer": "Made for Acme", "logo": logo}
        kept = admin.put("/v1/brands", params={"client": "acme"}, json=wish)
        assert kept.status_code == 200, kept.text
        brand = kept.json()["brand"]
        with served.stranger() as anybody:
            css = anybody.get(brand["style"])
            picture = anybody.get(brand["logo"])
            assert anybody.get("/brand/acme.css").status_code == 404
        assert css.headers["content-type"].startswith("text/css")
        rest = TOKENS.sub("", css.text)
        dark = "@media (prefers-color-scheme: dark){:root{}}"
        assert rest.split("\n") == [":root{}", dark, f"body{{font-family:{FONTS['inter'][1]}}}", ""]
        assert picture.headers["content-type"] == "image/png"
        assert picture.content.startswith(b"\x89PNG")
        with served.client(served.acme_key) as reader:
            session = reader.get("/v1/session").json()
        assert (session["product"], session["brand"]["footer"]) == ("Acme Insight", "Made for Acme")
        with served.client() as reader:
            both = reader.get("/v1/session").json()
        assert (both["brand"], list(both["brands"])) == (None, ["acme"])
        with served.client(served.other_key) as reader:
            assert "Acme" not in reader.get("/v1/session").text

    def test_a_link_shows_nothing_of_ours_and_its_domain_finds_its_look(
        self, served: Served, admin: httpx2.Client
    ) -> None:
        wish = {"name": "Acme Insight", "accent": "#a0322a", "host": "reports.acme.example"}
        brand = admin.put("/v1/brands", params={"client": "acme"}, json=wish).json()["brand"]
        made = admin.post("/v1/shares", json={"report": "ticket-volume", "kind": "link", "clients": ["acme"]}).json()
        token = made["address"].rpartition("/")[2]
        with served.stranger() as anybody:
            page = anybody.get(f"/s/{token}").text
            there = anybody.get("/s/bvr_unknown", headers={"host": "reports.acme.example"}).text
            elsewhere = anybody.get("/s/bvr_unknown").text
            headers = {"authorization": f"Bearer {token}", "host": "reports.acme.example"}
            session = anybody.get("/v1/session", headers=headers)
        assert "icon.svg" not in page
        assert session.json()["product"] == "Acme Insight"
        assert brand["style"].partition("?")[0] in there
        assert "/brand/" not in elsewhere
        for text in (page, there, session.text):
            assert "belvedere" not in text.lower().replace("belvedere_", "")

    def test_only_those_who_administer_set_it(self, served: Served) -> None:
        with served.client() as reader:
            assert reader.put("/v1/brands", json={"name": "Mine"}).status_code == 403


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * one for one in colour[1:])
