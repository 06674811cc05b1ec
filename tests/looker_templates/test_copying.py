"""The doctor, the links that copy a report, and the build sheet: judged from the documents alone."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from looker_templates import Copy, LinkTooLongError, SourceFacts, blank_link, build_sheet, copy_link, diagnose
from schemas import load_model
from tests.looker_templates.golden_requests import EVERY_KIND

COPY = Copy(
    host="looker.example",
    connector_id="AKfy-deployment",
    report_id="0B5FF6JBKbNJxOWItcWo2SVVVeGc",
    name="Aegean · Every kind",
    workspace="demo",
    clients=("aegean-stores", "kypseli"),
)
TEXTS = load_model().texts.english
LABELS = {name: one.label for name, one in {**TEXTS.dimensions, **TEXTS.metrics, **TEXTS.datasets}.items()}
FULL = {alias: SourceFacts(rows=10, days=900) for alias in EVERY_KIND.sources}


def parameters(link: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query, strict_parsing=True).items()}


class TestLinks:
    def test_each_dataset_is_an_alias_and_the_connector_is_named_once(self) -> None:
        link = copy_link(EVERY_KIND, COPY)
        assert link.startswith("https://looker.example/reporting/create?c.reportId=0B5FF6JBKbNJxOWItcWo2SVVVeGc&")
        found = parameters(link)
        assert found["r.reportName"] == "Aegean · Every kind"
        assert (found["ds.*.connector"], found["ds.*.connectorId"]) == ("community", "AKfy-deployment")
        assert (found["ds.*.workspace"], found["ds.*.client"]) == ("demo", "aegean-stores,kypseli")
        datasets = {name: value for name, value in found.items() if name.endswith(".dataset")}
        assert datasets == {f"ds.{alias}.dataset": one.dataset for alias, one in EVERY_KIND.sources.items()}

    def test_spaces_are_not_written_as_plus(self) -> None:
        assert "+" not in copy_link(EVERY_KIND, COPY)

    def test_a_blank_report_has_one_data_source_without_an_alias(self) -> None:
        found = parameters(blank_link(EVERY_KIND, COPY))
        assert found["ds.dataset"] == "tickets"
        assert "c.reportId" not in found
        assert not [name for name in found if name.startswith("ds.*")]

    def test_a_link_that_would_be_cut_is_refused(self) -> None:
        with pytest.raises(LinkTooLongError, match="Choose fewer client accounts"):
            copy_link(EVERY_KIND, replace(COPY, clients=[f"client-number-{one}" for one in range(600)]))


class TestDoctor:
    def test_everything_is_there(self) -> None:
        assert diagnose(EVERY_KIND, FULL, LABELS).state == "ready"

    def test_a_dataset_without_rows_blocks_and_says_what_to_link(self) -> None:
        facts = FULL | {"ds_mrr": SourceFacts(feeders=("Stripe", "Xero"))}
        diagnosis = diagnose(EVERY_KIND, facts, LABELS)
        (finding,) = diagnosis.findings
        assert (diagnosis.state, finding.kind, finding.items) == ("blocked", "no_data", ("waterfall",))
        assert "Stripe, Xero" in finding.fix

    def test_an_empty_field_blocks_where_it_is_required_and_leaves_a_gap_where_it_is_not(self) -> None:
        facts = FULL | {"ds_tickets": SourceFacts(rows=10, days=900, empty=frozenset({"country"}))}
        finding = diagnose(EVERY_KIND, facts, LABELS).findings[0]
        assert (finding.blocks, finding.fields, finding.items) == (True, ("country",), ("geo",))
        tickets = EVERY_KIND.sources["ds_tickets"]
        required = [one for one in tickets.required if one != "country"]
        source = tickets.model_copy(update={"required": required, "optional": ["country"]})
        report = EVERY_KIND.model_copy(update={"sources": EVERY_KIND.sources | {"ds_tickets": source}})
        assert diagnose(report, facts, LABELS).state == "ready_with_gaps"

    def test_a_short_history_is_a_gap(self) -> None:
        source = EVERY_KIND.sources["ds_tickets"].model_copy(update={"min_history_days": 60})
        report = EVERY_KIND.model_copy(update={"sources": EVERY_KIND.sources | {"ds_tickets": source}})
        facts = FULL | {"ds_tickets": SourceFacts(rows=10, days=12)}
        diagnosis = diagnose(report, facts, LABELS)
        assert diagnosis.state == "ready_with_gaps"
        assert "needs 60 days of history and there are 12" in diagnosis.findings[0].text


class TestBuildSheet:
    sheet = build_sheet(EVERY_KIND, LABELS)

    def settings(self, item_id: str) -> dict[str, str]:
        titles = [one.id for one in EVERY_KIND.items]
        drawn = [one for one in self.sheet.steps if one.page]
        return dict(drawn[titles.index(item_id)].settings)

    def test_every_item_control_and_blend_is_a_step(self) -> None:
        expected = len(EVERY_KIND.items) + len(EVERY_KIND.controls) + len(EVERY_KIND.blends)
        assert len(self.sheet.steps) == expected

    def test_every_field_of_an_item_is_named_with_its_id(self) -> None:
        for item in EVERY_KIND.data_items:
            said = " ".join(self.settings(item.id).values())
            for name in (*getattr(item, "dimensions", []), *item.metrics):
                assert f"({name})" in said, f"{item.id} does not say {name}"

    def test_blends_say_keys_join_fields_and_control_total(self) -> None:
        blend = dict(next(one for one in self.sheet.steps if one.chart == "Blend").settings)
        assert blend["Join keys"] == "Channel (channel)"
        assert blend["Join"] == "left outer join"
        assert "(frt_seconds_sum)" in blend["Left table"]
        assert "(csat_responses)" in blend["Right table"]
        assert blend["Control total"] == "Tickets created (tickets_created) must equal that of ds_tickets"

    def test_conditions_are_written_out(self) -> None:
        found = self.settings("table")
        assert (
            found["Filter on the metric"] == "Time to first reply (frt_avg_seconds) > 60"
            or "> 60" in found["Filter on the metric"]
        )
        assert found["Totals"] == "Show summary row"
        assert self.settings("column")["Default date range"].startswith("Custom: last 12 months")
