"""The spreadsheet: its numbers are those of getData, and its formulas those of the calculators."""

import csv
import io
from collections.abc import Mapping

import pytest
from python_calamine import CalamineWorkbook

from api.workbook.formulas import CALCULATORS, Calculator, Output
from schemas import calculators
from tests.api.asking import ask, body_of
from tests.api.serving import Served

RANGE = {"from": "2025-03-01", "to": "2025-03-31"}
PATH = "/v1/reports/customer-service/workbook"


@pytest.fixture(scope="module")
def content(served: Served) -> bytes:
    with served.client(served.key) as client:
        answer = client.get(PATH, params={**RANGE, "client": "acme"})
    assert answer.status_code == 200, answer.text
    assert "customer-service_acme_20250301-20250331.xlsx" in answer.headers["content-disposition"]
    return answer.content


def test_three_tabs_with_the_numbers_of_getdata(served: Served, content: bytes) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["Tracker", "Ticket volume", "Formulas"]
    tracker = book.get_sheet_by_name("Tracker").to_python()
    header = next(row for row in tracker if row[0] == "Metric")
    march = header.index("2025-03")
    asked = ask(served, body_of("tickets_created", "resolution_rate", client="acme", dateRange=days()))
    by_label = {row[0]: row[march] for row in tracker}
    created, resolved = asked.single()
    assert by_label["Tickets created"] == created > 0
    assert by_label["Resolution rate"] == pytest.approx(resolved)
    volume = book.get_sheet_by_name("Ticket volume").to_python()
    listed = [row for row in volume if str(row[0]).startswith("2025-03-")]
    assert sum(float(str(row[1])) for row in listed) == created


def days() -> dict[str, str]:
    return {"startDate": RANGE["from"], "endDate": RANGE["to"]}


def test_a_tab_is_csv_with_raw_values(served: Served) -> None:
    with served.client(served.acme_key) as client:
        text = client.get(PATH, params={**RANGE, "csv": "tracker"}).text
        assert client.get(PATH, params={**RANGE, "client": "globex"}).status_code == 404
        assert client.get("/v1/reports/first-look/workbook").status_code == 404
    rows = {row[0]: row for row in csv.reader(io.StringIO(text.removeprefix("\ufeff")))}
    asked = ask(served, body_of("frt_avg_seconds", "resolution_avg_seconds", client="acme", dateRange=days())).single()
    march = rows["metric"].index("202503")
    assert float(rows["resolution_avg_seconds"][march]) == pytest.approx(float(asked[1]))


def value_of(calculator: Calculator, output: Output, inputs: Mapping[str, float]) -> float:
    """Compute a formula of the sheet: arithmetic over numbers, which Python writes alike."""
    assert set(output.formula) <= set("{}()+-*/_0123456789abcdefghijklmnopqrstuvwxyz")
    return float(eval(output.formula.format(**{name: repr(value) for name, value in inputs.items()})))


def figures(title: str, which: str = "corrected") -> dict[str, float]:
    calculator = next(one for one in CALCULATORS if one.title == title)
    inputs = {one.name: one.example for one in calculator.inputs}
    outputs = calculator.corrected if which == "corrected" else calculator.simple
    return {one.label: value_of(calculator, one, inputs) for one in outputs}


def test_the_formulas_are_those_of_the_calculators() -> None:
    nps = calculators.nps_from_counts(120, 45, 250)
    assert figures("Net Promoter Score (NPS)")["NPS"] == pytest.approx(nps.corrected[0].value)
    movement = calculators.Movement(start=100, new=15, lost=30, lost_of_start=25)
    kept, churned = calculators.retention(movement), calculators.churn(movement)
    found, simple = figures("Retention and churn"), figures("Retention and churn", "simple")
    assert found["Retention rate"] == pytest.approx(kept.corrected[0].value)
    assert simple["Retention rate"] == pytest.approx(kept.guides[0].value)
    assert found["Churn rate"] == pytest.approx(churned.corrected[0].value)
    assert simple["Churn rate"] == pytest.approx(churned.guides[0].value)
    cac = calculators.cac(54_000, 12, 21_000, 140)
    assert list(figures("Customer acquisition cost (CAC)").values()) == pytest.approx(
        [one.value for one in cac.corrected]
    )
    clv = calculators.clv(9_600, 3.5, 4_500, 0.7)
    known = {one.label: one.value for one in clv.corrected}
    sheet = figures("Customer lifetime value (CLV)")
    assert sheet["CLV, gross"] == pytest.approx(known["Customer lifetime value, gross"])
    assert sheet["CLV by margin"] == pytest.approx(known["Customer lifetime value by margin"])
    assert sheet["Value to cost"] == pytest.approx(known["Value to acquisition cost"])
