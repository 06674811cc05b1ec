"""Delighted: refused as an API, and its exported answers imported with the mapping that we ship."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from connectors import Context, StopError, find_source
from connectors.delighted.source import ClosedSettings, DelightedSource
from tests.connectors.reading import CLIENT, empty_workspace
from warehouse import ImportOptions, load_mapping

MAPPING = Path("connectors/delighted/responses.mapping.yaml")
EXPORT = """id,survey_type,score,comment,person,created_at,updated_at
1,nps,10,Great,p1,1767607200,1767607200
2,csat,2,,p2,2026-01-06 10:00:00 +0200,2026-01-06 10:00:00 +0200
3,thumbs,1,Fine,p3,2026-01-07T10:00:00Z,
4,poem,7,,p4,1767607200,
"""


def test_the_export_becomes_answers(tmp_path: Path) -> None:
    path = tmp_path / "responses.csv"
    path.write_text(EXPORT)
    mapping = load_mapping(Path(__file__).parents[2] / MAPPING)
    with empty_workspace(tmp_path) as workspace:
        report = workspace.database.import_file(path, ImportOptions(mapping, CLIENT))
        assert (report.rows_new, report.cells_quarantined) == (4, 1)
        columns = ("source_id", "kind", "score_normalised", "nps_class", "is_satisfied", "is_answer", "comment_text")
        assert workspace.entity("survey_response", *columns) == [
            ("1", "nps", 1.0, "promoter", None, True, "Great"),
            ("2", "csat", 0.25, None, False, True, None),
            ("3", "csat", 1.0, None, True, True, "Fine"),
            ("4", None, None, None, None, None, None),
        ]
        assert workspace.entity("survey_response", "responded_at::varchar", where="source_id in ('1', '2')") == [
            ("2026-01-05 10:00:00",),
            ("2026-01-06 08:00:00",),
        ]


def test_linking_it_is_refused_with_the_way_out() -> None:
    assert isinstance(find_source("delighted"), DelightedSource)
    with pytest.raises(ValidationError, match=r"belvedere import responses\.csv"):
        ClosedSettings.model_validate({"api_key": "x"})
    with pytest.raises(StopError, match="closed on 30 June 2026"):
        asyncio.run(DelightedSource().accounts(Context("c", {}, datetime(2026, 7, 1, tzinfo=UTC))))
