"""The content security policy of every page; who may frame a page, and where its forms lead, is all that can differ."""

import re

from api.errors import InvalidSettingError

_ANCESTOR = re.compile(r"https://(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(:\d{1,5})?")
_NEARBY = re.compile(r"http://(localhost|127\.0\.0\.1)(:\d{1,5})?")
_MOST_ANCESTORS = 20


def policy(ancestors: tuple[str, ...] = (), forms_to: tuple[str, ...] = ()) -> str:
    """Return the policy of a page that the given origins may frame, by default nobody, and whose forms may lead to us
    and to the given origins; a redirect after the form counts."""
    framed = " ".join(ancestors) or "'none'"
    forms = " ".join(("'self'", *forms_to))
    return (
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'none'; img-src 'self' data:; "
        f"font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors {framed}; "
        f"form-action {forms}"
    )


def ancestors_of(text: str) -> tuple[str, ...]:
    """Read the sites that may frame a page: origins, separated by spaces, commas or line breaks."""
    found = tuple(dict.fromkeys(one.rstrip("/").lower() for one in re.split(r"[\s,]+", text.strip()) if one))
    for one in found:
        if not _ANCESTOR.fullmatch(one) and not _NEARBY.fullmatch(one):
            raise InvalidSettingError(
                f"'{one[:100]}' is no site that can show the report. Write it like https://www.example.com, without "
                "a path."
            )
    if len(found) > _MOST_ANCESTORS:
        raise InvalidSettingError(f"More than {_MOST_ANCESTORS} sites are too many for one link.")
    return found
