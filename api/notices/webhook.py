"""A workspace's webhook: kept encrypted, signed with a secret of its own, and reached by the network guard only."""

import asyncio
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx2
import orjson

from api.errors import InvalidSettingError
from api.notices.repository import NoticeRepository
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id
from connectors import SourceError, guarded_transport

SECRET_PREFIX = "bvw_"  # noqa: S105
SIGNATURE = "Belvedere-Signature"
_SECONDS = 15.0
_TIMEOUT = httpx2.Timeout(_SECONDS, connect=10.0)
_LONGEST = 2_000


@dataclass(frozen=True)
class Webhook:
    """Where notices are posted to. The address may hold a secret of its receiver; people are shown the origin."""

    origin: str
    url: str = field(repr=False)
    secret: str = field(repr=False)


def put_webhook(metadata: MetadataDatabase, workspace_id: str, url: str) -> Webhook:
    """Set a workspace's webhook, and return it with its new secret: the only moment when that is shown."""
    tidy = url.strip()
    webhook = Webhook(_origin(tidy), tidy, SECRET_PREFIX + secrets.token_urlsafe(32))
    row_id = new_id()
    sealed = metadata.secrets.seal(workspace_id, row_id, {"url": webhook.url, "secret": webhook.secret})
    with metadata.write() as session:
        NoticeRepository(session).put_webhook(workspace_id, row_id, webhook.origin, sealed)
    return webhook


def find_webhook(metadata: MetadataDatabase, workspace_id: str) -> Webhook | None:
    """Return a workspace's webhook."""
    with metadata.read() as session:
        row = NoticeRepository(session).webhook(workspace_id)
    if row is None:
        return None
    opened = metadata.secrets.open(workspace_id, row.id, row.secret)
    return Webhook(row.origin, str(opened["url"]), str(opened["secret"]))


def remove_webhook(metadata: MetadataDatabase, workspace_id: str) -> bool:
    """Forget a workspace's webhook, and return whether there was one."""
    with metadata.write() as session:
        return NoticeRepository(session).remove_webhook(workspace_id)


def post(webhook: Webhook, key: str, document: object) -> str | None:
    """Post a document; return None if the receiver has taken it, else why not. The same key is the same message."""
    body = orjson.dumps(document)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Belvedere",
        "Idempotency-Key": key,
        SIGNATURE: signature(webhook.secret, body, int(time.time())),
    }
    try:
        status = asyncio.run(asyncio.wait_for(_post(webhook.url, body, headers), _SECONDS))
    except SourceError as error:  # the network guard's own words
        return str(error)
    except TimeoutError:
        return f"The receiver did not answer within {_SECONDS:.0f} seconds."
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        return f"The receiver cannot be reached: {type(error).__name__}."
    # What it says beside the status is not read: it may be anything, and people would be shown it.
    return None if 200 <= status < 300 else f"The receiver answered {status}."


def signature(secret: str, body: bytes, moment: int) -> str:
    """Return `t=<seconds since 1970>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">`."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


async def _post(url: str, body: bytes, headers: dict[str, str]) -> int:
    async with (
        httpx2.AsyncClient(transport=guarded_transport(), timeout=_TIMEOUT, trust_env=False) as client,
        client.stream("POST", url, content=body, headers=headers, follow_redirects=False) as response,
    ):
        return int(response.status_code)


def _origin(url: str) -> str:
    """Return scheme, host and port of an address that may be a webhook, or refuse it."""
    told = "The webhook cannot be set: write its whole address, such as https://hooks.example.org/belvedere"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidSettingError(f"{told}.", setting="webhook") from None
    printable = url.isascii() and all(one.isprintable() and one != " " for one in url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or not printable or len(url) > _LONGEST:
        raise InvalidSettingError(f"{told}.", setting="webhook")
    if parts.username is not None or parts.fragment:
        raise InvalidSettingError(f"{told}, without a user or a part after #.", setting="webhook")
    return f"{parts.scheme}://{parts.hostname}{'' if port is None else f':{port}'}"
