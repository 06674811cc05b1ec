"""The installation's secret keys together with everything that they have encrypted: opening, checking, rotating."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.errors import SecretKeyError
from api.notices.models import NoticeWebhookRow
from api.people.models import SecondFactorRow
from api.settings import Settings
from api.workspaces.database import MetadataDatabase, open_metadata
from api.workspaces.linking_models import OAuthClientRow
from api.workspaces.models import CredentialGrantRow
from api.workspaces.secrets import (
    KEYS_FILE,
    SETTING,
    KeyRing,
    SecretBox,
    given_keys,
    key_id,
    make_keys,
    new_key,
    write_keys,
)

# Sign-ins under way last minutes and need no rotation.
_KEPT = (CredentialGrantRow, OAuthClientRow, NoticeWebhookRow, SecondFactorRow)


def open_vault(settings: Settings) -> MetadataDatabase:
    """Open the metadata with the keys of its secrets; refuse if something is encrypted whose key is not there."""
    metadata = open_metadata(settings.metadata_url)
    metadata.keep(check_keys(settings, metadata))
    return metadata


def check_keys(settings: Settings, metadata: MetadataDatabase) -> KeyRing:
    """Return the keys, made at the first start of an installation that has none."""
    path = settings.data_dir / KEYS_FILE
    ring = KeyRing(path, given_keys(settings.secret_keys.get_secret_value()))
    used = used_keys(metadata)
    if not ring.keys():
        if used:
            raise SecretKeyError(
                f"{sum(used.values())} stored sign-ins are encrypted, and their key is not here. Put {path} back, or "
                f"give its key by {SETTING}."
            )
        make_keys(path)
    known = ring.box().key_ids
    missing = {one: count for one, count in used.items() if one not in known}
    if missing:
        raise SecretKeyError(
            f"{sum(missing.values())} stored sign-ins are encrypted with a key that is not among those given "
            f"({', '.join(sorted(missing))}). Add the key to {SETTING} or {path}, after the newest."
        )
    return ring


def used_keys(metadata: MetadataDatabase) -> dict[str, int]:
    """Return how many stored secrets each key has encrypted, by the key's id."""
    counts: dict[str, int] = {}
    with metadata.read() as session:
        for kind in _KEPT:
            for name in session.scalars(select(kind.key_id)):
                counts[name] = counts.get(name, 0) + 1
    return counts


def rotate(settings: Settings, metadata: MetadataDatabase) -> tuple[int, str]:
    """Encrypt everything with the newest key, and return how many secrets and which key.

    Where the keys lie in the file, a new one is made first. The one before stays in the file, to read what a running
    server has encrypted meanwhile; it leaves with the next rotation. Keys of the setting are the operator's.
    """
    ring = check_keys(settings, metadata)
    keys = ring.keys()
    if not ring.given:
        keys = (new_key(), *keys)
        write_keys(ring.path, keys)  # before anything is encrypted with it
    box = SecretBox(keys)
    with metadata.write() as session:
        count = sum(_seal_again(session, box, kind) for kind in _KEPT)
    if not ring.given:
        used = used_keys(metadata)
        write_keys(ring.path, [*keys[:2], *(key for key in keys[2:] if key_id(key) in used)])
    return count, box.newest


def _seal_again(
    session: Session,
    box: SecretBox,
    kind: type[CredentialGrantRow] | type[OAuthClientRow] | type[NoticeWebhookRow] | type[SecondFactorRow],
) -> int:
    rows = session.execute(select(kind.id, kind.workspace_id, kind.secret)).all()
    for row_id, workspace_id, secret in rows:
        sealed = box.seal(workspace_id, row_id, box.open(workspace_id, row_id, secret))
        # Only what was read is replaced: who has renewed a sign-in meanwhile has encrypted it himself.
        session.execute(
            update(kind)
            .where(kind.id == row_id, kind.secret == secret)
            .values(secret=sealed.text, key_id=sealed.key_id)
        )
    return len(rows)
