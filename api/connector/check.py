"""Plays the connector against a running server, step by step, and says how each step went."""

from dataclasses import dataclass
from datetime import date, timedelta

import httpx2

from api.connector.client import api_client

_FIELDS_PER_REQUEST = 20  # as Looker Studio does


@dataclass(frozen=True)
class Step:
    """One call and what came of it."""

    name: str
    passed: bool
    text: str


def check_server(address: str, key: str) -> list[Step]:
    """Make the connector's calls in order; the first failure ends the check."""
    steps: list[Step] = []
    try:
        with api_client(address, key) as client:
            _walk(client, steps)
    except httpx2.HTTPError as error:
        steps.append(Step("connect", passed=False, text=f"{address} does not answer: {error}. Is the server running?"))
    except httpx2.InvalidURL as error:
        steps.append(Step("connect", passed=False, text=f"'{address}' is not an address: {error}."))
    return steps


def _walk(client: httpx2.Client, steps: list[Step]) -> None:
    answer = _call(client, steps, "credentials", None)
    if answer is None:
        return
    params: dict[str, str] = {}
    for _ in range(10):
        answer = _call(client, steps, "config", {"languageCode": "en", "configParams": params or None})
        if answer is None:
            return
        steps.pop()
        choices = _first_choices(answer)
        if choices.keys() <= params.keys():
            break
        params = choices | params
        if not answer.get("isSteppedConfig"):
            break
    steps.append(Step("config", passed=True, text=", ".join(f"{name} = {value}" for name, value in params.items())))
    answer = _call(client, steps, "schema", {"configParams": params})
    if answer is None:
        return
    schema = answer.get("schema")
    fields = [field for field in schema if isinstance(field, dict)] if isinstance(schema, list) else []
    steps[-1] = Step("schema", passed=bool(fields), text=f"{len(fields)} fields")
    _data(client, steps, params, [str(field["name"]) for field in fields if "formula" not in field])


def _data(client: httpx2.Client, steps: list[Step], params: dict[str, str], fields: list[str]) -> None:
    last = date.today() - timedelta(days=1)  # noqa: DTZ011  # Looker Studio's default range has no zone either.
    body: dict[str, object] = {
        "configParams": params,
        "dateRange": {"startDate": (last - timedelta(days=27)).isoformat(), "endDate": last.isoformat()},
        "fields": [{"name": name} for name in fields[:_FIELDS_PER_REQUEST]],
    }
    answer = _call(client, steps, "data", body)
    if answer is not None:
        rows = answer.get("rows")
        count = len(rows) if isinstance(rows, list) else 0
        steps[-1] = Step("data", passed=isinstance(rows, list), text=f"{count:,} rows of the last 28 days")


def _first_choices(answer: dict[str, object]) -> dict[str, str]:
    """Choose the first option of every element that has some; a step may ask for several things."""
    elements = answer.get("configParams")
    listed = elements if isinstance(elements, list) else []
    return {
        str(one["name"]): str(one["options"][0]["value"])
        for one in listed
        if isinstance(one, dict) and one.get("options")
    }


def _call(
    client: httpx2.Client, steps: list[Step], name: str, body: dict[str, object] | None
) -> dict[str, object] | None:
    """Make one call; note it, and return its answer unless it is a refusal."""
    path = "/v1/looker/auth/check" if name == "credentials" else f"/v1/looker/{name}"
    response = client.get(path) if body is None else client.post(path, json=body)
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        steps.append(Step(name, passed=False, text=f"{response.status_code}, not JSON: is this a Belvedere server?"))
        return None
    error = answer.get("error")
    if response.status_code != httpx2.codes.OK:
        text = error.get("message") if isinstance(error, dict) else "no message"
        steps.append(Step(name, passed=False, text=f"{response.status_code}: {text}"))
        return None
    workspace = answer.get("workspace")
    steps.append(
        Step(name, passed=True, text=f"workspace {workspace['name']}" if isinstance(workspace, dict) else "ok")
    )
    return answer
