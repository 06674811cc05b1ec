"""How the pieces of a backup are named and packed: by their content and readable, or encrypted with AES-256-GCM.

An encrypted piece is bound to its name, and names are keyed digests: who has the backup but not the key can neither
read pieces, nor tell whether some known text is among them, nor put one piece in the place of another.
"""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from isal import isal_zlib

from api.backups.errors import BackupDamagedError, BackupKeyError

BLOCK = 1024 * 1024  # bytes of a piece before it is packed
_NONCE, _KEY = 12, 32
_CHECK = b"belvedere backup"


@dataclass(frozen=True)
class Seal:
    """Names and packs pieces; without keys they are readable."""

    naming: bytes = b""
    cipher: AESGCM | None = None

    def name(self, content: bytes) -> str:
        """Return the name of a piece, which is the same for the same content."""
        if self.cipher is None:
            return hashlib.sha256(content).hexdigest()
        return hmac.new(self.naming, content, "sha256").hexdigest()

    def pack(self, name: str, content: bytes) -> bytes:
        """Return a piece as it is stored."""
        packed = bytes(isal_zlib.compress(content, 1))
        if self.cipher is None:
            return packed
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self.cipher.encrypt(nonce, packed, name.encode())

    def unpack(self, name: str, stored: bytes, most: int | None = BLOCK) -> bytes:
        """Return the content of a stored piece, of at most so many bytes, or raise BackupDamagedError."""
        damaged = BackupDamagedError(
            f"The piece {name} of the backup is damaged or was changed. Take another backup, and make a new one soon."
        )
        try:
            if self.cipher is not None:
                stored = self.cipher.decrypt(stored[:_NONCE], stored[_NONCE:], name.encode())
            reading = zlib.decompressobj()
            content = reading.decompress(stored, 0 if most is None else most + 1)
        except (InvalidTag, ValueError, zlib.error) as error:
            raise damaged from error
        if not reading.eof or (most is not None and len(content) > most):
            raise damaged
        return content

    def open(self, name: str, stored: bytes) -> bytes:
        """Return the content of a piece that is named by it."""
        content = self.unpack(name, stored)
        if self.name(content) != name:
            raise BackupDamagedError(f"The piece {name} of the backup holds something else. Take another backup.")
        return content


@dataclass(frozen=True)
class Header:
    """What a backup says of itself before anything can be read. `check` tells the right key from a wrong one."""

    format: int
    encrypted: bool
    salt: str = ""
    check: str = ""

    def seal(self, key: bytes | None) -> Seal:
        """Return what opens the pieces, or raise BackupKeyError."""
        if not self.encrypted:
            return Seal()
        if key is None:
            raise BackupKeyError("This backup is encrypted: name the file of its key by --key-file.")
        seal = _derive(key, bytes.fromhex(self.salt))
        if not hmac.compare_digest(seal.name(_CHECK), self.check):
            raise BackupKeyError("This backup is encrypted with another key than the one given. Nothing was read.")
        return seal


def new_header(form: int, key: bytes | None) -> Header:
    """Return the header of a new backup."""
    if key is None:
        return Header(form, encrypted=False)
    salt = secrets.token_bytes(16)
    return Header(form, encrypted=True, salt=salt.hex(), check=_derive(key, salt).name(_CHECK))


def read_key(path: Path) -> bytes:
    """Return the key in a file: 32 bytes in URL-safe base64, as `belvedere secrets new-key` prints them."""
    try:
        text, mode = path.read_text(encoding="ascii").strip(), path.stat().st_mode
    except FileNotFoundError as error:
        raise BackupKeyError(f"There is no key at {path}. `belvedere secrets new-key` prints one.") from error
    except UnicodeDecodeError as error:
        raise BackupKeyError(f"{path} does not hold a key. `belvedere secrets new-key` prints one.") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise BackupKeyError(f"{path} can be read by others. Make it yours alone: chmod 600 {path}")
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != _KEY:
        raise BackupKeyError(f"{path} does not hold a key. `belvedere secrets new-key` prints one.")
    return key


def _derive(key: bytes, salt: bytes) -> Seal:
    made = HKDF(SHA256(), 2 * _KEY, salt, b"belvedere backup, names and contents").derive(key)
    return Seal(made[:_KEY], AESGCM(made[_KEY:]))
