"""Where vendors are: every address of a vendor can be replaced by a setting, for tests, proxies and mirrors."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit

PREFIX = "BELVEDERE_SOURCE_"
SUFFIX = "_URL"


def replacements(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the replaced addresses by vendor: BELVEDERE_SOURCE_ZENDESK_URL is that of `zendesk`."""
    values = os.environ if environment is None else environment
    found = {}
    for name, value in values.items():
        if name.startswith(PREFIX) and name.endswith(SUFFIX) and value:
            found[name.removeprefix(PREFIX).removesuffix(SUFFIX).lower()] = value.rstrip("/")
    return found


def vendor_address(vendor: str, url: str, environment: Mapping[str, str] | None = None) -> str:
    """Return a vendor's address as it is to be used: scheme and host replaced, the replacement's path put before."""
    replaced = replacements(environment).get(vendor)
    if replaced is None:
        return url
    asked, base = urlsplit(url), urlsplit(replaced)
    if (asked.scheme, asked.netloc) == (base.scheme, base.netloc) and f"{asked.path}/".startswith(f"{base.path}/"):
        return url  # a link that the vendor itself has handed out
    return urlunsplit((base.scheme, base.netloc, base.path + asked.path, asked.query, asked.fragment))
