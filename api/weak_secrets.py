"""Secrets that everybody knows: the program does not start with one of them."""

import base64
import binascii

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from api.errors import StartError
from api.settings import Settings
from api.workspaces.secrets import given_keys

_LEAST_BYTES = 8  # different ones, in a key of 32 that was drawn at random
_KNOWN = frozenset(
    {
        *("", "admin", "administrator", "belvedere", "change-me", "change_me", "changeit", "changeme", "default"),
        *("demo", "dev", "example", "guest", "letmein", "pass", "passw0rd", "password", "password1", "placeholder"),
        *("postgres", "postgresql", "qwerty", "root", "sample", "secret", "secretkey", "supersecret", "test", "user"),
        *("welcome", "your-secret", "your_secret", "yourpassword", "yoursecret", "xxx", "xxxx", "todo"),
    }
)


def check_secret(setting: str, secret: str) -> None:
    """Raise StartError if a secret is one that everybody tries first; its text is not repeated."""
    plain = secret.strip().strip("<>{}[]\"'").lower()
    if plain in _KNOWN or plain.isdecimal() or len(set(plain)) < 4:
        raise StartError(
            f"{setting} holds a secret that everybody tries first. Set one that was drawn at random, such as the "
            "output of: openssl rand -base64 24"
        )


def check_key(setting: str, key: str) -> None:
    """Raise StartError if an encryption key was typed rather than drawn."""
    try:
        drawn = base64.urlsafe_b64decode(key)
    except (ValueError, binascii.Error):
        return  # The one who opens the box says how a key looks.
    is_text = all(32 <= one < 127 for one in drawn)
    if len(set(drawn)) < _LEAST_BYTES or is_text:
        raise StartError(
            f"{setting} holds a key that was not drawn at random. `belvedere secrets new-key` prints a good one."
        )


def check_database(setting: str, address: str) -> None:
    """Raise StartError if a database's password is one that everybody tries first; none at all is the operator's."""
    try:
        password = make_url(address).password if address else None
    except ArgumentError:
        return  # whoever opens the database says what is wrong with its address
    if password is not None:
        check_secret(setting, str(password))


def check_secrets(settings: Settings) -> None:
    """Raise StartError if a secret of the settings is no secret."""
    for key in given_keys(settings.secret_keys.get_secret_value()):
        check_key("BELVEDERE_SECRET_KEYS", key)
    if token := settings.metrics_token.get_secret_value():
        check_secret("BELVEDERE_METRICS_TOKEN", token)
    check_database("BELVEDERE_DATABASE_URL", settings.database_url.get_secret_value())
