"""Secrets at rest: encrypted with the installation's keys, and bound to the row that they were written for.

Fernet has no associated data, so workspace and row travel inside the plaintext: a ciphertext that somebody has moved
to another row of the database is refused when it is opened.
"""

import hashlib
import os
import secrets
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from api.errors import SecretKeyError

KEYS_FILE = "secret.keys"
SETTING = "BELVEDERE_SECRET_KEYS"


@dataclass(frozen=True)
class Sealed:
    """An encrypted secret and the key that encrypted it."""

    text: str
    key_id: str


class SecretBox:
    """Encrypts with the newest key and reads what any of the keys has encrypted."""

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            fernets = [Fernet(key) for key in keys]
        except (ValueError, TypeError) as error:
            raise SecretKeyError(
                f"A secret key is not 32 bytes in URL-safe base64. Look at {SETTING} or the file {KEYS_FILE}; "
                "`belvedere secrets new-key` prints a good one."
            ) from error
        if not fernets:
            raise SecretKeyError(f"There is no secret key: {SETTING} or the file {KEYS_FILE} is empty.")
        self._fernet = MultiFernet(fernets)
        self.key_ids = tuple(key_id(key) for key in keys)

    @property
    def newest(self) -> str:
        """Return the id of the key that encrypts."""
        return self.key_ids[0]

    def seal(self, workspace_id: str, row_id: str, values: Mapping[str, object]) -> Sealed:
        """Encrypt values for one row of one workspace."""
        plain = orjson.dumps({"workspace": workspace_id, "row": row_id, "values": dict(values)})
        return Sealed(self._fernet.encrypt(plain).decode(), self.newest)

    def open(self, workspace_id: str, row_id: str, text: str) -> dict[str, object]:
        """Decrypt the values of a row; raises SecretKeyError if they are not this row's or their key is not known."""
        try:
            document = orjson.loads(self._fernet.decrypt(text))
        except InvalidToken as error:
            raise SecretKeyError(
                "A stored sign-in cannot be decrypted: its key is missing or the row was damaged. Give the key back by "
                f"{SETTING}, or sign the connection in again."
            ) from error
        if (document["workspace"], document["row"]) != (workspace_id, row_id):
            raise SecretKeyError(
                "A stored sign-in belongs to another row of the database: somebody has moved it. Sign the connection "
                "in again, and find out who writes the database."
            )
        values: dict[str, object] = document["values"]
        return values


class KeyRing:
    """The keys as they are now: given by the setting, or those of a file that another process may have rotated."""

    def __init__(self, path: Path, given: Sequence[str] = ()) -> None:
        self.path = path
        self.given = tuple(given)
        self._read: tuple[tuple[str, ...], SecretBox] | None = None

    def keys(self) -> tuple[str, ...]:
        """Return the keys, newest first."""
        return self.given or read_keys(self.path)

    def box(self) -> SecretBox:
        """Return the box of these keys. The file is read each time: it is small, and secrets are seldom opened."""
        keys = self.keys()
        if self._read is None or self._read[0] != keys:
            self._read = (keys, SecretBox(keys))
        return self._read[1]


def key_id(key: str) -> str:
    """Return what names a key without telling anything of it."""
    return hashlib.sha256(b"belvedere secret key " + key.strip().encode()).hexdigest()[:12]


def new_key() -> str:
    """Return a new key."""
    return Fernet.generate_key().decode()


def given_keys(setting: str) -> tuple[str, ...]:
    """Return the keys that the setting holds, newest first."""
    return tuple(one.strip() for one in setting.replace("\n", ",").split(",") if one.strip())


def read_keys(path: Path) -> tuple[str, ...]:
    """Return the keys of a file, newest first; nothing if it is not there. A file that others may read is refused."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return ()
    except UnicodeDecodeError as error:
        raise SecretKeyError(f"{path} does not hold keys, one a line. Put the right file back.") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise SecretKeyError(f"{path} can be read by others. Make it yours alone: chmod 600 {path}")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))


def make_keys(path: Path) -> tuple[str, ...]:
    """Make the file with one new key, and return the keys; whoever is first wins if several start at once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = _write_draft(path, (new_key(),))
    try:
        os.link(draft, path)  # unlike a rename it never replaces
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return read_keys(path)


def write_keys(path: Path, keys: Sequence[str]) -> None:
    """Replace the keys of the file, newest first."""
    _write_draft(path, keys).replace(path)


def _write_draft(path: Path, keys: Sequence[str]) -> Path:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("".join(f"{key}\n" for key in keys))
        file.flush()
        os.fsync(file.fileno())
    return draft
