"""What is read of Pipedrive, and from which lists: archived deals have a list of their own."""

from dataclasses import dataclass
from datetime import timedelta

from connectors.source import DeleteSignal, Stream, SyncMode

OVERLAP = timedelta(minutes=5)

USERS = Stream("users", ("id",), ("user_agent",), mode=SyncMode.FULL, reads="Users: name, e-mail, whether active")


@dataclass(frozen=True)
class Collection:
    """One kind of record. `fields` are columns also where an account does not have them."""

    stream: Stream
    paths: tuple[str, ...]
    fields: tuple[str, ...]
    statuses: str | None = None
    owner_named: bool = False
    has_stages: bool = False


def _stream(name: str, entity: str, *, reads: str, window: timedelta | None = None) -> Stream:
    return Stream(
        name,
        ("id",),
        (entity,),
        version_field="update_time",
        deletes=DeleteSignal.FLAG,
        lookback=OVERLAP,
        window=window,
        reads=reads,
    )


# People and companies are read from their beginning, since recent deals may belong to old ones.
COLLECTIONS = (
    Collection(
        _stream("organizations", "account", reads="Organisations: name, website, size, place, owner"),
        ("/api/v2/organizations",),
        ("id", "name", "owner_id", "website", "employee_count", "address", "add_time", "update_time", "is_deleted"),
        owner_named=True,
    ),
    Collection(
        _stream("persons", "contact", reads="Persons: name, e-mail, job title, organisation"),
        ("/api/v2/persons",),
        ("id", "name", "org_id", "emails", "job_title", "marketing_status", "add_time", "update_time", "is_deleted"),
    ),
    Collection(
        _stream("deals", "deal", reads="Deals: value, stage, pipeline, dates, owner", window=timedelta(days=90)),
        ("/api/v2/deals", "/api/v2/deals/archived"),
        (
            *("id", "title", "value", "currency", "status", "probability", "stage_id", "pipeline_id", "org_id"),
            *("person_id", "owner_id", "add_time", "update_time", "won_time", "lost_time", "close_time"),
            *("expected_close_date", "lost_reason", "is_deleted", "is_archived"),
        ),
        statuses="open,won,lost,deleted",  # without this, deleted ones are left out
        has_stages=True,
    ),
)
