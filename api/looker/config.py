"""The choices shown when a data source is created: workspace, then client account, then dataset and language.

Each step repeats the ones before it unchanged and adds one element; equal answers give equal steps.
"""

from collections.abc import Mapping

from api.dependencies import choose
from api.looker.messages import ALL_CLIENTS, ConfigAnswer, ConfigElement, Option, ParameterValue, answers
from api.looker.phrases import Phrases, own_phrases, phrases
from api.workspaces.records import Caller
from schemas import SemanticModel


def config_steps(
    caller: Caller, model: SemanticModel, params: Mapping[str, ParameterValue] | None, language: str | None = None
) -> ConfigAnswer:
    """Return the configuration page for the answers given so far, in the person's language."""
    spoken = model.texts.served(language or "").language
    say = phrases(spoken)
    elements = [_workspace(caller, say)]
    given = params or {}
    if not answers(given.get("workspace")):
        return _unfinished(elements, say["workspace_missing"], asked=params is not None)
    # What is not visible to the caller is refused here already, before any data source is made.
    choose(caller, given, clients=False)
    elements.append(_clients(caller, say))
    if not answers(given.get("client")):
        return _unfinished(elements, say["clients_missing"], asked="client" in given)
    choose(caller, given)
    elements.append(_datasets(model, spoken, say))
    elements.append(_comparison(say))
    # getSchema is not told the person's language, so the data source remembers the one to be used.
    if len(model.texts.languages) > 1:
        elements.append(_languages(model, say))
    return {"configParams": elements, "dateRangeRequired": True, "isSteppedConfig": False}


def _unfinished(elements: list[ConfigElement], text: str, *, asked: bool) -> ConfigAnswer:
    # The first time around nothing was left out yet, so there is nothing to say.
    note: list[ConfigElement] = [{"type": "INFO", "name": "note", "text": text}] if asked else []
    return {"configParams": [*elements, *note], "isSteppedConfig": True}


def _workspace(caller: Caller, say: Phrases) -> ConfigElement:
    return {
        "type": "SELECT_SINGLE",
        "name": "workspace",
        "displayName": say["workspace"],
        "helpText": say["workspace_help"],
        "isDynamic": True,
        "options": [{"label": caller.workspace.name, "value": caller.workspace.slug}],
    }


def _clients(caller: Caller, say: Phrases) -> ConfigElement:
    return {
        "type": "SELECT_MULTIPLE",
        "name": "client",
        "displayName": say["clients"],
        "helpText": say["clients_help"],
        "isDynamic": True,
        "options": [
            {"label": say["all_clients"], "value": ALL_CLIENTS},
            *(Option(label=client.name, value=client.slug) for client in caller.clients),
        ],
    }


def _datasets(model: SemanticModel, language: str, say: Phrases) -> ConfigElement:
    texts = model.texts.served(language).datasets
    return {
        "type": "SELECT_SINGLE",
        "name": "dataset",
        "displayName": say["dataset"],
        "helpText": say["dataset_help"],
        "options": [{"label": texts[name].label, "value": name} for name in model.datasets],
    }


def _comparison(say: Phrases) -> ConfigElement:
    return {
        "type": "CHECKBOX",
        "name": "comparison",
        "displayName": say["comparison"],
        "helpText": say["comparison_help"],
    }


def _languages(model: SemanticModel, say: Phrases) -> ConfigElement:
    return {
        "type": "SELECT_SINGLE",
        "name": "language",
        "displayName": say["language"],
        "helpText": say["language_help"],
        "options": [{"label": own_phrases(code).get("name", code), "value": code} for code in model.texts.languages],
    }
