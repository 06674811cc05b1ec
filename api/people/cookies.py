"""The cookie of a person's session: over HTTPS under a name that only this very host can set."""

from fastapi import Request, Response

from api.people.records import NewSession
from api.people.sessions import LONGEST

_COOKIE = "belvedere_person"
_SECURE_COOKIE = f"__Host-{_COOKIE}"


def set_cookie(response: Response, request: Request, new: NewSession) -> None:
    """Give the browser its session."""
    secure = _is_secure(request)
    response.set_cookie(
        _SECURE_COOKIE if secure else _COOKIE,
        new.secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        httponly=True,
        secure=secure,
        samesite="lax",  # strict would lose the session on the way back from a vendor's sign-in
    )


def forget_cookie(response: Response, request: Request) -> None:
    """Take the session out of the browser."""
    secure = _is_secure(request)
    name = _SECURE_COOKIE if secure else _COOKIE
    response.delete_cookie(name, path="/", httponly=True, secure=secure, samesite="lax")


def cookie_of(request: Request) -> str | None:
    """Return the session's secret as the browser sent it."""
    return request.cookies.get(_SECURE_COOKIE if _is_secure(request) else _COOKIE)


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"
