"""The choices shown when a data source is created: workspace, then client account, then dataset.

Each step repeats the ones before it unchanged and adds one element; equal answers give equal steps.
"""

from collections.abc import Mapping

from api.dependencies import choose
from api.looker.messages import ALL_CLIENTS, ConfigAnswer, ConfigElement, Option, ParameterValue, answers
from api.workspaces.records import Caller
from schemas import SemanticModel


def config_steps(caller: Caller, model: SemanticModel, params: Mapping[str, ParameterValue] | None) -> ConfigAnswer:
    """Return the configuration page for the answers given so far."""
    elements = [_workspace(caller)]
    given = params or {}
    if not answers(given.get("workspace")):
        return _unfinished(elements, "Choose a workspace, then go on.", asked=params is not None)
    # What is not visible to the caller is refused here already, before any data source is made.
    choose(caller, given, clients=False)
    elements.append(_clients(caller))
    if not answers(given.get("client")):
        return _unfinished(
            elements, "Choose one client account or more, or All clients, then go on.", asked="client" in given
        )
    choose(caller, given)
    elements.append(_datasets(model))
    return {"configParams": elements, "dateRangeRequired": True, "isSteppedConfig": False}


def _unfinished(elements: list[ConfigElement], text: str, *, asked: bool) -> ConfigAnswer:
    # The first time around nothing was left out yet, so there is nothing to say.
    note: list[ConfigElement] = [{"type": "INFO", "name": "note", "text": text}] if asked else []
    return {"configParams": [*elements, *note], "isSteppedConfig": True}


def _workspace(caller: Caller) -> ConfigElement:
    return {
        "type": "SELECT_SINGLE",
        "name": "workspace",
        "displayName": "Workspace",
        "helpText": "The workspace that your API key belongs to.",
        "isDynamic": True,
        "options": [{"label": caller.workspace.name, "value": caller.workspace.slug}],
    }


def _clients(caller: Caller) -> ConfigElement:
    return {
        "type": "SELECT_MULTIPLE",
        "name": "client",
        "displayName": "Client accounts",
        "helpText": "Whose numbers the report shows. All clients means those that your key may see, new ones included.",
        "isDynamic": True,
        "options": [
            {"label": "All clients", "value": ALL_CLIENTS},
            *(Option(label=client.name, value=client.slug) for client in caller.clients),
        ],
    }


def _datasets(model: SemanticModel) -> ConfigElement:
    return {
        "type": "SELECT_SINGLE",
        "name": "dataset",
        "displayName": "Dataset",
        "helpText": "What the data source is about. One data source holds one dataset.",
        "options": [{"label": dataset.label, "value": name} for name, dataset in model.datasets.items()],
    }
