"""The pages of docs/reference, written from the code that they describe."""

from collections.abc import Mapping

from api.problems import PROBLEMS
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
    codes: dict[str, tuple[int, str, list[str]]] = {}
    for kind, problem in PROBLEMS.items():
        _, _, meanings = codes.setdefault(problem.code, (problem.status, problem.advice, []))
        meaning = (kind.__doc__ or "").splitlines()[0].removeprefix("Raised ")
        meanings.append(meaning[:1].upper() + meaning[1:])
    for code, (status, advice, meanings) in sorted(codes.items()):
        lines += [f"## {code}", "", f"Status {status}. {' '.join(meanings)}", "", f"What to do: {advice}", ""]
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
