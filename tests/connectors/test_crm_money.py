"""The currencies whose minor unit is no hundredth, in the staging queries that turn major units into minor ones."""

import re
from pathlib import Path

import pytest

import connectors
from schemas import EXPONENTS

_BRANCH = re.compile(r"in \(([A-Z', \n]+)\)\s+then (\d+)")


@pytest.mark.parametrize("source", ["hubspot", "salesforce", "pipedrive"])
def test_every_exponent_is_known(source: str) -> None:
    text = (Path(connectors.__file__).parent / source / "staging" / "deal.sql").read_text()
    units = {code: int(found[2]) for found in _BRANCH.finditer(text) for code in re.findall("[A-Z]{3}", found[1])}
    assert units == {code: 10**exponent for code, exponent in EXPONENTS.items()}
    assert re.search(r"else 100\s+end", text)
