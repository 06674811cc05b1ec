"""/healthz, /readyz and /metrics: for probes and for Prometheus, not for people."""

import hmac
from collections.abc import Mapping

import orjson
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from api.dependencies import WorldDep, is_at_this_machine
from api.errors import NotFoundError
from api.operation.figures import CONTENT_TYPE, metrics_text
from api.operation.readiness import Readiness, Standing
from api.world import World

router = APIRouter(include_in_schema=False)

_SECONDS_TO_WAIT = 5
_FRESH = {"cache-control": "no-store"}


@router.get("/healthz")
async def health(request: Request) -> Response:
    """Say that the process answers, without a look at anything else."""
    return _json({"status": "ok", "version": request.app.version})


@router.get("/readyz")
async def ready(request: Request, world: WorldDep) -> Response:
    """Say whether the server can do its work and, if not, why; nothing here is a name."""
    readiness: Readiness = request.app.state.readiness
    found = await readiness.standing(world)
    body = {"status": "ready" if found.is_ready else "not ready", "checks": _checks(found)}
    return _json(body) if found.is_ready else _json(body, 503, {"retry-after": str(_SECONDS_TO_WAIT)})


@router.get("/metrics")
async def metrics(request: Request, world: WorldDep) -> Response:
    """Give Prometheus its figures, to this machine or to whoever has the token."""
    if not _may_read(request, world):
        raise NotFoundError(f"There is nothing at {request.url.path}.")
    text = await run_in_threadpool(metrics_text, world)
    return Response(text, headers={"content-type": CONTENT_TYPE, **_FRESH})


def _may_read(request: Request, world: World) -> bool:
    token = world.settings.metrics_token.get_secret_value()
    if not token:
        return is_at_this_machine(request)
    given = request.headers.get("authorization", "")
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def _checks(found: Standing) -> Mapping[str, object]:
    return {name: {"ok": True} if why is None else {"ok": False, "reason": why} for name, why in found.reasons.items()}


def _json(body: Mapping[str, object], status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    told = {**_FRESH, **(headers or {})}
    return Response(orjson.dumps(body), status_code=status, media_type="application/json", headers=told)
