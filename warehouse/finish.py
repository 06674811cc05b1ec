"""The end of a load: rows take what their parents brought, and the built entities follow, each in a transaction."""

from datetime import UTC, datetime

from schemas import SemanticModel
from warehouse.account_links import renew_linked_accounts
from warehouse.builds import BuildReport, build_failures, run_builds
from warehouse.duckdb import Connection, transaction
from warehouse.event_flags import flag_events
from warehouse.fill import fill_from_parents
from warehouse.insight_labels import label_insights
from warehouse.parents import ACCOUNT
from warehouse.state import bump_data_version
from warehouse.survey_warnings import warn_of_scales
from warehouse.touched import mark_touched, read_touched


def finish_load(connection: Connection, model: SemanticModel, now: datetime | None = None) -> BuildReport:
    """Do what is left after a load has committed; what a crash left undone is done by the next one.

    `now` has a zone; it decides what `today` is.
    """
    moment = now or datetime.now(UTC)
    touched = read_touched(connection)
    if touched:
        with transaction(connection):
            # A record that has gone leads its account no more.
            relinked = [ACCOUNT] if ACCOUNT in touched and renew_linked_accounts(connection, model) else []
            plain = moment.astimezone(UTC).replace(tzinfo=None)
            filled = fill_from_parents(connection, model, touched, plain)
            moved = [*relinked, *filled, *flag_events(connection, {*touched, *filled})]
            moved += label_insights(connection, model, {*touched, *filled})
            warn_of_scales(connection, {*touched, *moved})
            mark_touched(connection, moved, "fill")
            if moved:
                bump_data_version(connection)
    return run_builds(connection, model, moment)


def is_unfinished(connection: Connection) -> bool:
    """Tell whether a load's end was cut off or a build failed, so that doing it again may help."""
    return bool(read_touched(connection) or build_failures(connection))
