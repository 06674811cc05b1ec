"""`belvedere catalog texts`: how complete a language is, and what is left to write, ready to be filled in."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.output import AsJson, errors_as_one_line, say, say_json, say_table

if TYPE_CHECKING:
    from schemas import Finding


def texts(
    language: Annotated[str | None, typer.Option("--language", metavar="CODE", help="Look at one language.")] = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Print what lacks as YAML, with the English texts to put in other words.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say how complete the languages of labels and descriptions are."""
    with errors_as_one_line(as_json=as_json):
        from api.looker.phrases import phrase_faults
        from schemas import load_model, review_texts

        model = load_model()
        chosen = [language] if language else [code for code in model.texts.languages if code != "en"]
        found = {code: review_texts(model.texts, code) for code in chosen}
        phrases = {code: phrase_faults(code) for code in chosen}
        if as_json:
            say_json({code: [_plain(one) for one in found[code]] + _page(phrases[code]) for code in chosen})
        elif missing:
            for code in chosen:
                say(_skeleton(code, found[code]))
                _say_page(code, phrases[code])
        else:
            _say_counts(chosen, found, phrases)


def _plain(finding: "Finding") -> dict[str, str]:
    return {"section": finding.section, "id": finding.id, "fault": finding.fault.value}


def _page(faults: dict[str, str]) -> list[dict[str, str]]:
    return [{"section": "configuration page", "id": key, "fault": fault} for key, fault in faults.items()]


def _say_counts(codes: list[str], found: dict[str, list["Finding"]], phrases: dict[str, dict[str, str]]) -> None:
    if not codes:
        say("The catalogue has English texts only. Add schemas/catalog/texts/<language>.yaml.")
        return
    kinds = ("missing", "surplus", "same", "placeholder")
    rows = [
        (code, *(str(sum(one.fault == kind for one in found[code])) for kind in kinds), str(len(phrases[code])))
        for code in codes
    ]
    say_table(("LANGUAGE", "MISSING", "SURPLUS", "LIKE ENGLISH", "BRACES", "CONFIGURATION PAGE"), rows)
    for code in codes:
        for one in found[code]:
            if one.fault != "missing":
                say(f"{code}: {one}")


def _skeleton(code: str, findings: list["Finding"]) -> str:
    """Write the missing entries as they stand in the file, in English."""
    import yaml

    document: dict[str, dict[str, object]] = {}
    for one in findings:
        if one.fault == "missing" and one.english is not None:
            entry: object = {"label": one.english.label, "description": one.english.description}
            document.setdefault(one.section, {})[one.id] = one.english.label if one.section == "groups" else entry
    if not document:
        return f"# schemas/catalog/texts/{code}.yaml lacks nothing."
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=10_000)
    return f"# Put this in other words and add it to schemas/catalog/texts/{code}.yaml.\n{text.rstrip()}"


def _say_page(code: str, faults: dict[str, str]) -> None:
    from api.looker.phrases import phrases

    lacking = [key for key, fault in faults.items() if fault == "missing"]
    if lacking:
        say(f"# The same for api/looker/texts/{code}.yaml.")
        for key in lacking:
            say(f"{key}: {phrases('en')[key]}")
