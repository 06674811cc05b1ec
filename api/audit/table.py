"""What each route writes into the audit log: one table, so that nothing is guessed and nothing forgotten.

A test walks all routes: one that changes anything stands here or among the exceptions, with the reason.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from api.audit.records import Action


@dataclass(frozen=True)
class Stated:
    """What a route does, and which part of its address is the id of the object; a token never is."""

    action: Action
    object_part: str | None = None


def _all(action: Action, routes: Iterable[str]) -> dict[str, Stated]:
    return {route: Stated(action, _last_id(route)) for route in routes}


def _last_id(route: str) -> str | None:
    """Return the part of an address that names the object: the last that does, and never a secret."""
    parts = [one[1:-1] for one in route.split("/") if one.startswith("{")]
    return next((one for one in reversed(parts) if one not in {"token", "action"}), None)


STATED: Mapping[str, Stated] = {
    **_all(
        Action.SIGN_IN,
        (
            "POST /console/sign-in",
            "POST /console/sign-in/code",
            "POST /console/welcome/{token}",
            "GET /console/openid/{name}/callback",
            "POST /v1/session",
        ),
    ),
    **_all(Action.SIGN_OUT, ("POST /console/sign-out", "DELETE /v1/session")),
    **_all(
        Action.ACCOUNT_CHANGE,
        (
            "POST /console/reset/{token}",
            "POST /console/me/password",
            "POST /console/me/second-factor",
            "POST /console/me/second-factor/codes",
            "POST /console/me/second-factor/remove",
            "POST /console/me/sessions/end-all",
            "POST /console/me/sessions/{session_id}/end",
        ),
    ),
    **_all(
        Action.PERSON_INVITE,
        (
            "POST /console/invitation/{token}",
            "POST /console/invitation/{token}/join",
            "POST /console/people/invite",
            "POST /console/people/invitations/{invitation_id}/withdraw",
        ),
    ),
    **_all(
        Action.PERSON_CHANGE,
        (
            "POST /console/people/{person_id}/remove",
            "POST /console/people/{person_id}/role",
            "POST /console/people/{person_id}/transfer",
        ),
    ),
    **_all(
        Action.GRANT_CHANGE,
        (
            "POST /console/people/grants",
            "POST /console/people/grants/{grant_id}/remove",
            "POST /console/people/groups",
            "POST /console/people/groups/{group_id}/remove",
            "POST /console/people/{person_id}/grants",
        ),
    ),
    **_all(Action.KEY_MAKE, ("POST /console/keys",)),
    **_all(Action.KEY_REVOKE, ("POST /console/keys/{key_id}/revoke",)),
    **_all(
        Action.CONNECTOR_CHANGE,
        (
            "POST /console/connectors",
            "POST /console/connectors/{connector_id}/remove",
            "POST /console/connectors/{connector_id}/secret",
            "POST /console/reports/connector",
        ),
    ),
    **_all(Action.TOKEN_ISSUE, ("POST /console/authorise", "POST /v1/looker/oauth/token")),
    **_all(
        Action.TOKEN_REVOKE,
        (
            "POST /v1/looker/oauth/revoke",
            "POST /console/connectors/access/{access_id}/revoke",
            "POST /console/my-access/{access_id}/revoke",
        ),
    ),
    **_all(
        Action.CONNECTION_LINK,
        (
            "POST /console/link/{name}",
            "POST /console/link/{name}/registration",
            "POST /console/link/{connection_id}/accounts",
            "POST /console/link/{connection_id}/sign-in",
            "POST /console/connections/{connection_id}/connect-link",
            "POST /oauth/choose",
            "GET /oauth/callback/{provider}",
            "POST /v1/connections",
            "POST /v1/connections/{connection_id}/accounts",
            "POST /v1/connections/{connection_id}/sign-in",
            "PUT /v1/sources/{provider}/registration",
        ),
    ),
    **_all(
        Action.CONNECTION_CHANGE,
        ("POST /console/connections/{connection_id}/change", "PATCH /v1/connections/{connection_id}"),
    ),
    **_all(
        Action.CONNECTION_REMOVE,
        ("POST /console/connections/{connection_id}/remove", "DELETE /v1/connections/{connection_id}"),
    ),
    **_all(
        Action.SYNC_START,
        ("POST /console/connections/{connection_id}/sync", "POST /v1/connections/{connection_id}/sync"),
    ),
    **_all(Action.DATA_PUSH, ("POST /v1/push/{stream}",)),
    **_all(
        Action.CLIENT_CHANGE,
        ("POST /console/clients", "POST /console/clients/import", "POST /v1/clients", "POST /v1/clients/import"),
    ),
    **_all(
        Action.CLIENT_ARCHIVE,
        ("POST /console/clients/{client_id}/archive", "POST /v1/clients/{client_id}/archive"),
    ),
    **_all(
        Action.CLIENT_RESTORE,
        ("POST /console/clients/{client_id}/restore", "POST /v1/clients/{client_id}/restore"),
    ),
    **_all(Action.CLIENT_DELETE, ("POST /console/clients/{client_id}/delete",)),
    **_all(
        Action.CLIENT_EXPORT,
        ("POST /console/clients/{client_id}/file", "GET /console/clients/work/{job_id}/file"),
    ),
    **_all(Action.CLIENT_CHANGE, ("POST /console/clients/work/{job_id}/remove",)),
    **_all(Action.SHARE_MAKE, ("POST /console/reports/{template_id}/share", "POST /v1/shares")),
    **_all(Action.SHARE_REVOKE, ("POST /console/shares/{share_id}/revoke", "DELETE /v1/shares/{share_id}")),
    **_all(
        Action.SCHEDULE_CHANGE,
        (
            "POST /console/schedules/new",
            "POST /console/schedules/{schedule_id}",
            "POST /console/schedules/{schedule_id}/{action}",
            "POST /unsubscribe/{token}",
            "POST /v1/schedules",
            "PATCH /v1/schedules/{schedule_id}",
            "DELETE /v1/schedules/{schedule_id}",
            "POST /v1/schedules/{schedule_id}/send",
            "POST /v1/schedules/{schedule_id}/test",
        ),
    ),
    **_all(
        Action.ALERT_CHANGE,
        (
            "POST /console/alerts/new",
            "POST /console/alerts/{alert_id}",
            "POST /console/alerts/{alert_id}/pause",
            "POST /console/alerts/{alert_id}/remove",
            "POST /v1/alerts",
            "PATCH /v1/alerts/{alert_id}",
            "DELETE /v1/alerts/{alert_id}",
        ),
    ),
    **_all(
        Action.EXPORT,
        (
            "GET /v1/reports/{template_id}/pdf",
            "GET /v1/reports/{template_id}/workbook",
            "GET /console/reports/{template_id}/pdf",
            "GET /console/reports/{template_id}/workbook",
            "GET /console/reports/{template_id}/build.csv",
            "GET /console/reports/{template_id}/copies.csv",
            "GET /v1/clients/receipts/{receipt_id}",
            "GET /console/clients/receipts/{receipt_id}",
            "GET /console/audit.csv",
        ),
    ),
    **_all(
        Action.MONTH_CLOSE,
        (
            "POST /console/reports/{template_id}/close",
            "POST /console/reports/{template_id}/close/{frozen_id}/open",
            "POST /v1/frozen",
            "DELETE /v1/frozen/{frozen_id}",
        ),
    ),
    **_all(
        Action.REPORT_CHANGE,
        (
            "POST /console/branding",
            "POST /console/branding/remove",
            "POST /console/reports/add",
            "POST /console/reports/{template_id}/build",
            "POST /console/explore/keep",
            "PUT /v1/brands",
            "DELETE /v1/brands",
            "POST /v1/templates",
            "DELETE /v1/templates/{template_id}",
            "POST /v1/templates/{template_id}/items",
            "POST /v1/templates/{template_id}/master",
        ),
    ),
    **_all(
        Action.WRITING_CHANGE,
        (
            "POST /console/annotations/new",
            "POST /console/annotations/{annotation_id}",
            "POST /console/annotations/{annotation_id}/remove",
            "POST /console/commentary/write",
            "POST /console/findings/decide",
            "POST /console/goals/new",
            "POST /console/goals/{goal_id}",
            "POST /console/goals/{goal_id}/copy",
            "POST /console/goals/{goal_id}/end",
            "POST /console/goals/{goal_id}/remove",
            "POST /console/notes/{note_id}",
            "POST /v1/annotations",
            "DELETE /v1/annotations/{annotation_id}",
            "POST /v1/goals",
            "DELETE /v1/goals/{goal_id}",
            "POST /v1/notes",
        ),
    ),
    **_all(
        Action.MATCH_DECIDE,
        (
            "POST /console/matches",
            "POST /console/matches/{match_id}",
            "POST /v1/matches",
            "POST /v1/matches/{match_id}",
        ),
    ),
    **_all(Action.RULE_CHANGE, ("POST /console/rules/edit", "POST /console/rules/take")),
    **_all(
        Action.NOTICE_CHANGE,
        (
            "POST /console/notices/test",
            "POST /console/notices/webhook",
            "POST /console/notices/webhook/remove",
            "PUT /v1/notices/webhook",
            "DELETE /v1/notices/webhook",
        ),
    ),
    **_all(Action.SETTINGS_CHANGE, ("POST /console/people/security", "POST /console/people/personal-data")),
    **_all(Action.AUDIT_READ, ("GET /console/audit", "GET /v1/audit")),
}

NOT_STATED: Mapping[str, str] = {
    **dict.fromkeys(
        (
            "POST /v1/looker/config",
            "POST /v1/looker/data",
            "POST /v1/looker/explain",
            "POST /v1/looker/query",
            "POST /v1/looker/schema",
            "POST /v1/calculators/{calculator}",
            "POST /v1/alerts/preview",
            "POST /v1/looker/oauth/introspect",
        ),
        "asks, and changes nothing; questions are counted under Usage",
    ),
    **dict.fromkeys(
        ("POST /v1/matches/search", "POST /console/matches/search", "POST /console/findings/search"),
        "looks again at data that are there; what is decided about a find is written",
    ),
    "POST /console/workspace": "chooses what the person's own session shows",
    "POST /console/forgot": "sends a link to the owner of an address; what comes of it is written",
    "POST /s/{token}": "a reader gives the password of a link; wrong ones are limited and counted there",
}
