"""The viewer's files over the wire: packed, kept for good where the name tells the content, asked about otherwise."""

import gzip
import re

from tests.api.serving import Served


def test_parts_are_packed_and_kept_and_the_rest_is_asked_about(served: Served) -> None:
    with served.client() as client:
        page = client.get("/r/first-look")
        parts = re.findall(r'href="(/static/parts/[^"]+)"', page.text)
        assert len(parts) >= 3
        for path in parts:
            plain = client.get(path, headers={"accept-encoding": "identity"})
            packed = client.get(path, headers={"accept-encoding": "gzip"})
            assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert plain.headers["content-type"].startswith("text/javascript")
            assert "content-encoding" not in plain.headers
            assert packed.headers["content-encoding"] == "gzip"
            assert packed.content == plain.content
            assert len(gzip.compress(plain.content)) < len(plain.content)
            assert plain.headers["etag"] != packed.headers["etag"]
        entry = client.get("/static/app.js")
        assert entry.headers["cache-control"] == "no-cache"
        known = {"if-none-match": entry.headers["etag"], "accept-encoding": "gzip"}
        entry = client.get("/static/app.js", headers={"accept-encoding": "gzip"})
        known["if-none-match"] = entry.headers["etag"]
        assert client.get("/static/app.js", headers=known).status_code == 304
        for outside in ("../errors.py", "..%2ferrors.py", "parts/none.js", "parts"):
            assert client.get(f"/static/{outside}").status_code == 404


def test_the_page_asks_for_what_it_needs_before_its_script_runs(served: Served) -> None:
    with served.stranger() as anybody:
        assert "link" not in anybody.get("/r/first-look").headers
        anybody.post("/v1/session", json={"key": served.key}, headers={"sec-fetch-site": "same-origin"})
        told = anybody.get("/r/first-look").headers["link"]
    assert "</v1/session?report=first-look>; rel=preload; as=fetch" in told
    assert "</v1/templates/first-look>" in told
