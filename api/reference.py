"""The pages of docs/reference and .env.example, written from the code that they describe."""

import re
import textwrap
from collections.abc import Mapping

from api.explanations import explanations
from api.settings import Settings, environment_name
from schemas import Money, load_model, looker_schema

_SHAPE = (
    '{"error": {"code": "unknown_field", "message": "...", "debug": "...", '
    '"detail": {}, "docs": "...", "request_id": "..."}}'
)


# Settings whose names are made of a vendor's; read when they are needed.
_FAMILIES = (
    (
        "BELVEDERE_OAUTH_<PROVIDER>_CLIENT_ID",
        (
            "This installation's registration at a vendor, such as BELVEDERE_OAUTH_HUBSPOT_CLIENT_ID; see "
            "[linking an account](../link-an-account.md)."
        ),
    ),
    ("BELVEDERE_OAUTH_<PROVIDER>_CLIENT_SECRET", "The secret of that registration."),
    (
        "BELVEDERE_SOURCE_<VENDOR>_URL",
        (
            "Replaces scheme and host of every request to a vendor, sign-in included, and puts its own path before: "
            "for tests, proxies and mirrors. The vendors of Google share GOOGLE."
        ),
    ),
)


def settings_page() -> str:
    """Return docs/reference/settings.md."""
    lines = [
        "# Settings",
        "",
        "Read from the environment once, at start. `belvedere settings` prints their values and where they come from;",
        "secrets stay hidden. This page is written by `make docs`.",
        "",
        "| setting | default | what it does |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        shown = getattr(default, "get_secret_value", lambda value=default: value)()
        text = f"`{shown}`" if shown not in (None, "") else "(empty)"
        lines.append(f"| `{environment_name(name)}` | {text} | {field.description} |")
    lines += [f"| `{name}` | (empty) | {text} |" for name, text in _FAMILIES]
    return "\n".join(lines) + "\n"


def env_example() -> str:
    """Return .env.example: every setting with its default, for systemd's EnvironmentFile and Compose's env_file."""
    lines = [
        "# Settings of Belvedere. Copy to .env (Docker Compose) or /etc/belvedere/belvedere.env (systemd), readable by",
        "# root alone, and take the # away from what you set; docs/deploy.md says which. `make docs` wrote this file.",
        "",
        "# The server's public name: for Caddy, and in compose.yaml for BELVEDERE_PUBLIC_URL as well.",
        "PUBLIC_HOST=data.example.org",
    ]
    for name, field in Settings.model_fields.items():
        default = field.get_default()
        value = getattr(default, "get_secret_value", lambda value=default: value)()
        lines += ["", *_comment(field.description or "")]
        lines.append(f"#{environment_name(name)}={'' if value is None else value}")
    for name, text in _FAMILIES:
        plain = re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", text)
        lines += ["", *_comment(plain), f"#{name}="]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, 116, break_on_hyphens=False, break_long_words=False)]


def errors_page() -> str:
    """Return docs/reference/errors.md."""
    lines = [
        "# Errors",
        "",
        "Every refusal has one shape. `message` is for the reader of a report, `debug` for the owner of the connector,",
        "`detail` for programs; `request_id` finds the line in the server's log. This page is written by `make docs`.",
        "",
        "```json",
        _SHAPE,
        "```",
        "",
        "A 5xx is an outage or a bug, never a reader's choice of fields. 429 and 503 carry `Retry-After`.",
        "",
    ]
    for one in explanations().values():
        lines += [f"## {one.code}", "", f"Status {one.status}. {one.meaning}", "", f"What to do: {one.advice}", ""]
    return "\n".join(lines).rstrip() + "\n"


def datasets_page() -> str:
    """Return docs/reference/datasets.md."""
    model = load_model()
    lines = [
        "# Datasets and fields",
        "",
        "Everything that a data source can show, as Looker Studio sees it. A metric with a formula is computed from",
        "its parts at any level; one that says Auto is right only at the level that was asked for. This page is",
        "written by `make docs`.",
        "",
    ]
    for name, dataset in model.datasets.items():
        fields = looker_schema(model, name, money=Money())
        lines += [f"## {dataset.label} (`{name}`)", "", dataset.description, ""]
        for concept in ("DIMENSION", "METRIC"):
            lines += [
                f"### {concept.capitalize()}s",
                "",
                "| field | label | type | adds up | meaning |",
                "|---|---|---|---|---|",
            ]
            lines += [_field_line(field) for field in fields if _semantics(field)["conceptType"] == concept]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _semantics(field: Mapping[str, object]) -> Mapping[str, object]:
    semantics = field["semantics"]
    return semantics if isinstance(semantics, Mapping) else {}


def _field_line(field: Mapping[str, object]) -> str:
    semantics = _semantics(field)
    if semantics["conceptType"] == "DIMENSION":
        adds_up = ""
    elif "formula" in field:
        adds_up = f"`{field['formula']}`"
    else:
        adds_up = str(field.get("defaultAggregationType", "Auto"))
    kind = str(semantics["semanticType"])
    return f"| `{field['name']}` | {field['label']} | {kind} | {adds_up} | {field.get('description', '')} |"
