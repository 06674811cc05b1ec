"""Refuses what a process that only reads cannot do."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.middleware import error_response
from warehouse import ReadsOnlyError

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
# Questions come by POST as well; a browser that shows a key gets a session, which lies in the metadata.
_ASKED_BY_POST = ("/v1/looker/", "/v1/session")


class ReadsOnly:
    """Answers 421 to every request that would change something: a proxy has sent it to the wrong process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what only reads."""
        if scope["type"] == "http" and not _only_reads(scope["method"], scope["path"]):
            refused = ReadsOnlyError("This server only reads. Send this to the one that owns the data directory.")
            await error_response(Request(scope), refused)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _only_reads(method: str, path: str) -> bool:
    return method in _READS or (method == "POST" and path.startswith(_ASKED_BY_POST))
