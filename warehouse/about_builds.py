"""Builds in SQL that join what the catalogue says of a metric, or the minor units of a currency."""

from pathlib import Path

from warehouse.build_context import BuildContext, Builder
from warehouse.metric_about import stage_metric_about
from warehouse.minor_units import minor_units

_FOLDER = Path(__file__).parent / "build"


def with_catalogue(name: str) -> Builder:
    """Return the builder of the SELECT in build/<name>.sql over the temporary tables metric_about and client_minor."""
    select = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")

    def build(context: BuildContext) -> str:
        stage_metric_about(context)
        context.connection.execute(
            "create or replace temp table client_minor as select client_account_id, timezone, "  # noqa: S608
            f"{minor_units('report_currency')} as minor from normalised.client_account"
        )
        return select

    return build
