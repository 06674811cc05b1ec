"""What Freshdesk means by answers that are no success."""

from connectors.errors import MissingScopeError, PlanLimitError, SourceError
from connectors.json_value import text_at
from connectors.vendor import Answer, Rate, Vendor

NAME = "freshdesk"


def understand(answer: Answer) -> SourceError | None:
    """Return what an answer means; None lets its status decide."""
    where = {"source": NAME, "request_id": answer.request_id}
    match answer.status, _code(answer):
        case 403, "require_feature":
            return PlanLimitError("Freshdesk does not give this list to the account's plan.", **where)
        case 403, "account_suspended":
            return PlanLimitError("Freshdesk has suspended the account. Its owner can lift that.", **where)
        case 403, _:
            return MissingScopeError(
                "Freshdesk refuses this list to the owner of the API key. Link the account again with the key of an "
                "administrator.",
                **where,
            )
        case 404, _:
            return PlanLimitError(
                "Freshdesk knows no such address. Check the subdomain of the connection, and whether the account's "
                "plan has this list.",
                **where,
            )
        case _:
            return None


def _code(answer: Answer) -> str:
    try:
        return text_at(answer.json(), "code")
    except ValueError:
        return ""


# The limit of the smallest paid plan; where another holds, Freshdesk says how long to wait.
FRESHDESK = Vendor(NAME, "Freshdesk", rates=(Rate(200, 60),), understand=understand, ids_within_account=True)
