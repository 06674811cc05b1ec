"""The program of one worker process: draws charts in V8, makes PNG and PDF; one JSON line in, one JSON line out.

It is started as a file of its own, by its path: it imports nothing of ours, so it starts fast and knows no secrets.
Arguments: memory limit in MB, seconds for one script, jobs until it ends, idle seconds until it ends, path of the chart
script, folder of fonts.
"""

import base64
import json
import os
import resource
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

_MB = 1024 * 1024

Question: TypeAlias = "dict[str, Any]"


class Worker:
    """Holds what is costly to make: the V8 context with the charts, and the fonts of PDFs."""

    def __init__(self, memory: int, seconds: float, script: Path, fonts: Path) -> None:
        self._memory = memory
        self._seconds = seconds
        self._script = script
        self._fonts = fonts
        self._engine: MiniRacer | None = None
        self._typefaces: Any = None

    def answer(self, question: Question) -> dict[str, object]:
        """Do one job."""
        jobs: dict[str, Callable[[Question], object]] = {
            "warm": self._warm,
            "sheet": self._sheet,
            "png": self._png,
            "pdf": self._pdf,
        }
        return {"result": jobs[question["job"]](question)}

    def close(self) -> None:
        """Close the context: left open, it keeps the interpreter from ending after an error."""
        if self._engine is not None:
            self._engine.close()

    def _warm(self, question: Question) -> object:  # noqa: ARG002
        self._charts()
        return ""

    def _charts(self) -> "MiniRacer":
        if self._engine is None:
            from py_mini_racer import MiniRacer

            engine = MiniRacer()
            self._engine = engine
            engine.eval(self._script.read_text(encoding="utf-8"), timeout_sec=self._seconds)
        return self._engine

    def _sheet(self, question: Question) -> object:
        # `|| null`, because an undefined result raises.
        return self._charts().call(
            "(text => charts.sheet(text) || null)",
            question["text"],
            timeout_sec=self._seconds,
            max_memory=self._memory * _MB,
        )

    def _png(self, question: Question) -> object:
        from resvg_py import svg_to_bytes

        files = [str(path) for path in sorted(self._fonts.glob("*.ttf"))] + list(question["fonts"])
        picture = svg_to_bytes(
            svg_string=question["svg"],
            background="#ffffff",
            zoom=question["zoom"],
            font_files=files,
            sans_serif_family="Inter",
            # Only these faces: whatever else is installed would change the picture from server to server.
            skip_system_fonts=True,
        )
        return base64.b64encode(bytes(picture)).decode("ascii")

    def _pdf(self, question: Question) -> object:
        from weasyprint import CSS, HTML  # type: ignore[import-untyped]
        from weasyprint.text.fonts import FontConfiguration  # type: ignore[import-untyped]
        from weasyprint.urls import URLFetcher  # type: ignore[import-untyped]

        fonts = self._fonts

        class OwnFiles(URLFetcher):  # type: ignore[misc]
            """Fetches our fonts and what is inside the page; the net and other files are never read."""

            def fetch(self, url: str, headers: object = None) -> object:
                if url.startswith("data:"):
                    return super().fetch(url, headers)
                name = url.removeprefix("font:")
                if not url.startswith("font:") or name not in {path.name for path in fonts.glob("*.ttf")}:
                    raise ValueError(f"not a part of the page: {url[:80]}")
                return super().fetch((fonts / name).as_uri(), headers)

        fetcher = OwnFiles(allowed_protocols={"data", "file"})
        if self._typefaces is None:
            self._typefaces = FontConfiguration()
        style = CSS(string=question["css"], font_config=self._typefaces, url_fetcher=fetcher)
        page = HTML(string=question["html"], base_url="font:", url_fetcher=fetcher)
        made = page.write_pdf(stylesheets=[style], font_config=self._typefaces, optimize_images=False)
        return base64.b64encode(made).decode("ascii")


def main() -> None:
    """Answer line by line until the other end closes, nothing comes for a while, or enough was done."""
    memory, seconds, jobs, idle = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
    # Of the data segment: V8 reserves far more address space than it uses.
    resource.setrlimit(resource.RLIMIT_DATA, (memory * _MB, memory * _MB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    worker = Worker(memory // 2, seconds, Path(sys.argv[5]), Path(sys.argv[6]))
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # a library that prints may not print into the answers
    try:
        for _ in range(jobs):
            if not select.select([0], [], [], idle)[0]:
                return
            line = sys.stdin.buffer.readline()
            if not line:
                return
            _write(out, _answered(worker, line))
    finally:
        worker.close()


def _answered(worker: Worker, line: bytes) -> dict[str, object]:
    """Answer a line; whatever goes wrong is an answer too."""
    try:
        return worker.answer(json.loads(line))
    except MemoryError:
        return {"limit": "memory"}
    except (ImportError, OSError) as error:
        return {"missing": f"{type(error).__name__}: {error}"[:500]}
    except Exception as error:
        kind = type(error).__name__
        limit = {"JSTimeoutException": "time", "JSOOMException": "memory"}.get(kind)
        first = str(error).partition("\n")[0]
        return {"limit": limit} if limit else {"error": f"{kind}: {first}"[:300]}


def _write(out: Any, answer: dict[str, object]) -> None:
    data = json.dumps(answer).encode() + b"\n"
    while data:
        data = data[out.write(data) :]


if __name__ == "__main__":
    try:
        main()
    finally:
        os._exit(0)
