"""The viewer's built files as they go over the wire: packed once, named by their content, kept by browsers."""

import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from fastapi import Request, Response

from api.errors import NotFoundError
from looker_templates import STATIC_FOLDER

_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_PACKED = frozenset(_TYPES) - {".woff2"}
_GZIP = 31  # zlib's window of 15 bits with a gzip header; the header of zlib names no time
# The build names a part by its content: another content is another name.
_NAMED_BY_CONTENT = re.compile(r"-[A-Z0-9]{8}\.js")
_FOR_GOOD = "public, max-age=31536000, immutable"
_A_DAY = "public, max-age=86400"
_ASK_AGAIN = "no-cache"


@dataclass(frozen=True)
class BuiltFile:
    """One file, plain and packed; `packed` is empty where packing gains nothing."""

    content: bytes
    packed: bytes
    tag: str


def built_answer(request: Request, name: str) -> Response:
    """Answer with a built file: packed for whoever takes gzip, and 304 for whoever has it already."""
    folder = STATIC_FOLDER.resolve()
    path = Path(folder / name).resolve()
    if folder not in path.parents or not path.is_file() or path.suffix not in _TYPES:
        raise NotFoundError(f"There is no file /static/{name}.")
    found = _built(path, path.stat().st_mtime_ns)
    packed = bool(found.packed) and "gzip" in request.headers.get("accept-encoding", "")
    tag = f'"{found.tag}{"-gzip" if packed else ""}"'
    headers = {"cache-control": _keeping(path), "etag": tag, "vary": "accept-encoding"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if packed:
        headers["content-encoding"] = "gzip"
    return Response(found.packed if packed else found.content, media_type=_TYPES[path.suffix], headers=headers)


def _keeping(path: Path) -> str:
    if _NAMED_BY_CONTENT.search(path.name):
        return _FOR_GOOD
    return _A_DAY if path.suffix == ".woff2" else _ASK_AGAIN


@lru_cache(maxsize=64)
def _built(path: Path, changed: int) -> BuiltFile:  # noqa: ARG001  # a new build is read anew
    content = path.read_bytes()
    packed = b""
    if path.suffix in _PACKED:
        packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
        packed = packer.compress(content) + packer.flush()
    return BuiltFile(content, packed if len(packed) < len(content) else b"", sha256(content).hexdigest()[:16])
