"""`belvedere catalog`: what can be asked, and whether the definitions hold together."""

from collections.abc import Mapping
from typing import Annotated

import typer

from api.cli.catalog_texts import texts
from api.cli.output import AsJson, errors_as_one_line, say, say_json, say_table

catalog = typer.Typer(help="Look at datasets, metrics and dimensions.", no_args_is_help=True)
catalog.command(name="texts")(texts)


@catalog.command(name="list")
def list_fields(as_json: AsJson = False) -> None:
    """List every dataset with its fields."""
    with errors_as_one_line(as_json=as_json):
        from schemas import Money, load_model, looker_schema

        model = load_model()
        fields = {name: looker_schema(model, name, money=Money()) for name in model.datasets}
        if as_json:
            say_json(
                {"datasets": {name: {"label": model.datasets[name].label, "fields": fields[name]} for name in fields}}
            )
            return
        for name, listed in fields.items():
            say(f"{name}: {model.datasets[name].label}, {len(listed)} fields")
            say_table(
                ("FIELD", "LABEL", "TYPE", "GROUP"),
                [
                    (
                        str(one["name"]),
                        str(one["label"]),
                        _semantics(one, "semanticType"),
                        str(one.get("group", "")),
                    )
                    for one in listed
                ],
            )


@catalog.command()
def check(as_json: AsJson = False) -> None:
    """Check every definition; the first mistake is named with its file and entry."""
    with errors_as_one_line(as_json=as_json):
        from schemas import load_model

        model = load_model()
        counts = {
            "entities": len(model.entities),
            "dimensions": len(model.dimensions),
            "metrics": len(model.metrics),
            "datasets": len(model.datasets),
        }
        if as_json:
            say_json({"ok": True, "version": model.version, **counts})
        else:
            say(f"The catalogue is sound: {', '.join(f'{count} {name}' for name, count in counts.items())}.")


@catalog.command()
def show(field: Annotated[str, typer.Argument(help="Id of a field.")], as_json: AsJson = False) -> None:
    """Show one field: what it means and in which datasets it is."""
    with errors_as_one_line(as_json=as_json):
        from schemas import Money, load_model, looker_schema
        from schemas.errors import UnknownFieldError

        model = load_model()
        everything = {
            name: {one["name"]: one for one in looker_schema(model, name, money=Money())} for name in model.datasets
        }
        found = {name: fields[field] for name, fields in everything.items() if field in fields}
        if not found:
            known = sorted({str(one) for fields in everything.values() for one in fields})
            raise UnknownFieldError(field, ", ".join(everything), known)
        definition = next(iter(found.values()))
        if as_json:
            say_json({"field": definition, "datasets": sorted(found)})
            return
        say(f"{definition['name']}: {definition['label']}")
        say(str(definition.get("description", "")))
        for label, value in (
            ("concept", _semantics(definition, "conceptType").lower()),
            ("type", _semantics(definition, "semanticType")),
            ("formula", definition.get("formula", "-")),
            ("datasets", ", ".join(sorted(found))),
        ):
            say(f"  {label:<9}{value}")


def _semantics(field: Mapping[str, object], name: str) -> str:
    semantics = field["semantics"]
    return str(semantics[name]) if isinstance(semantics, Mapping) else ""
