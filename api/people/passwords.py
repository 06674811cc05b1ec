"""Passwords: argon2id, and the same time for somebody who does not exist."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import MalformedRequestError

LEAST = 12
MOST = 200

_HASHER = PasswordHasher()  # argon2id with the library's parameters (RFC 9106, low memory)
# What no password gives, at the price of a real one; hashing one here would slow every start of the program.
_COST = f"m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}"
_NOBODY = f"$argon2id$v=19${_COST}${'A' * 22}${'A' * 43}"


def hash_password(password: str) -> str:
    """Return the hash of a new password; a short one is refused."""
    if len(password) < LEAST:
        raise MalformedRequestError(f"The password is too short. Use at least {LEAST} characters; a sentence is good.")
    if len(password) > MOST:
        raise MalformedRequestError(f"The password is longer than {MOST} characters. Use a shorter one.")
    return _HASHER.hash(password)


def is_password(hashed: str | None, password: str) -> bool:
    """Tell whether it is the password; without a person (None) it takes as long and is not."""
    try:
        _HASHER.verify(hashed or _NOBODY, password[: MOST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Tell whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)
