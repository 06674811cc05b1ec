"""What a person sees of an error on a page of the console."""

from urllib.parse import quote

from fastapi import Request, Response

from api.console.render import come_again, go_to, page
from api.errors import NotSignedInError, SecondFactorNeededError
from api.problems import error_body, problem_of
from api.world import World

_TITLES = {401: "Sign in", 403: "Not allowed", 404: "Not here", 409: "Already there", 429: "Too many tries"}


def page_of_error(request: Request, world: World, error: Exception, request_id: str) -> Response:
    """Render an error; who is not signed in goes to the form and comes back afterwards."""
    if isinstance(error, NotSignedInError):
        after = f"?next={quote(request.url.path)}" if request.method == "GET" else ""
        return go_to(f"/console/sign-in{after}")
    if isinstance(error, SecondFactorNeededError):
        return go_to("/console/me")
    told = error_body(error, request_id)["error"]
    assert isinstance(told, dict)
    status = problem_of(error).status
    title = _TITLES.get(status, "That did not work")
    shown = page(
        world,
        "problem.html",
        status=status,
        title=title,
        message=told["message"],
        code=told["code"],
        request_id=request_id,
    )
    return come_again(shown, error)
