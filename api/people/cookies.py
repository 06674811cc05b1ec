"""Cookies: over HTTPS under a name that only this very host can set, and that of a person's session."""

from fastapi import Request, Response

from api.people.records import NewSession
from api.people.sessions import LONGEST

_COOKIE = "belvedere_person"


def own_cookie(request: Request, name: str) -> str:
    """Return what a cookie is called here: browsers take `__Host-` only with Secure, for all paths and this host."""
    return f"__Host-{name}" if is_secure(request) else name


def is_secure(request: Request) -> bool:
    """Tell whether a request came by HTTPS, to us or to the proxy before us."""
    return request.url.scheme == "https"


def set_cookie(response: Response, request: Request, new: NewSession) -> None:
    """Give the browser its session."""
    response.set_cookie(
        own_cookie(request, _COOKIE),
        new.secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        secure=is_secure(request),
        samesite="lax",  # strict would lose the session on the way back from a vendor's sign-in
    )


def forget_cookie(response: Response, request: Request) -> None:
    """Take the session out of the browser."""
    name, secure = own_cookie(request, _COOKIE), is_secure(request)
    response.delete_cookie(name, path="/", httponly=True, secure=secure, samesite="lax")


def cookie_of(request: Request) -> str | None:
    """Return the session's secret as the browser sent it."""
    return request.cookies.get(own_cookie(request, _COOKIE))
