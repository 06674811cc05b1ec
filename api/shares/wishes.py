"""From what a person or a script wants to share to a link that can be kept, or what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from api.errors import InvalidSettingError
from api.policy import ancestors_of
from api.shares.confining import fields_of
from api.shares.links import NewShare
from api.shares.pruning import blind_sources
from api.shares.records import FilterValues, ShareKind
from api.workspaces.models import now
from api.workspaces.records import Caller
from api.writing.places import chosen_client
from looker_templates import Report
from schemas import SemanticModel

_LEAST_PASSWORD = 12
_MOST_VALUES = 200


@dataclass(frozen=True)
class ShareWish:
    """What was filled in; `clients` are slugs, empty means all of them."""

    kind: str
    name: str = ""
    clients: tuple[str, ...] = ()
    filters: Mapping[str, FilterValues] | None = None
    first: date | None = None
    last: date | None = None
    days: int | None = 30
    password: str = ""
    ancestors: str = ""


def checked(caller: Caller, report: Report, model: SemanticModel, wish: ShareWish) -> NewShare:
    """Return the link to make; what it fixes must be something that the report can be held to."""
    if wish.kind not in [*ShareKind]:
        raise InvalidSettingError(f"Choose who the link is for: {', '.join(ShareKind)}.")
    kind = ShareKind(wish.kind)
    ancestors = ancestors_of(wish.ancestors) if kind is ShareKind.EMBED else ()
    if kind is ShareKind.EMBED and not ancestors:
        raise InvalidSettingError("List the sites whose pages may show the report, such as https://www.example.com.")
    if wish.password and kind is not ShareKind.LINK:
        raise InvalidSettingError("Only a link for anybody takes a password.")
    if wish.password and len(wish.password) < _LEAST_PASSWORD:
        raise InvalidSettingError(f"The password is too short. Use at least {_LEAST_PASSWORD} characters.")
    if kind is ShareKind.LINK and wish.days is None:
        raise InvalidSettingError("A link for anybody ends some day. Say in how many days.")
    clients = tuple(chosen_client(caller, slug).id for slug in wish.clients) or None
    return NewShare(
        template_id=report.id,
        kind=kind,
        name=wish.name.strip(),
        clients=clients,
        filters=_filters(report, model, wish.filters or {}),
        dates=_dates(wish),
        expires_at=_end(wish.days),
        password=wish.password or None,
        ancestors=ancestors,
    )


def hidden_parts(report: Report, filters: Iterable[str]) -> tuple[str, ...]:
    """Return the datasets of a report that fixed filters cannot narrow, which a link therefore hides."""
    blind = blind_sources(report, filters)
    return tuple(dict.fromkeys(source.dataset for alias, source in report.sources.items() if alias in blind))


def _filters(report: Report, model: SemanticModel, given: Mapping[str, FilterValues]) -> Mapping[str, FilterValues]:
    shown = frozenset[str]().union(*fields_of(report).values())
    for name, values in given.items():
        if name not in shown or name not in model.dimensions or name.startswith("date_"):
            raise InvalidSettingError(f"'{name[:60]}' cannot be fixed: the report has no such filter.")
        if not values or len(values) > _MOST_VALUES:
            raise InvalidSettingError(f"Fix one to {_MOST_VALUES} values of '{name}'.")
    if len(blind_sources(report, given)) == len(report.sources):
        raise InvalidSettingError("No part of the report can be narrowed by these filters together.")
    return dict(given)


def _dates(wish: ShareWish) -> tuple[date, date] | None:
    if wish.first is None and wish.last is None:
        return None
    if wish.first is None or wish.last is None or wish.last < wish.first:
        raise InvalidSettingError("Give both days of the fixed period, in order, or none.")
    return wish.first, wish.last


def _end(days: int | None) -> datetime | None:
    if days is None:
        return None
    if not 1 <= days <= 3_650:
        raise InvalidSettingError("A link works for 1 to 3650 days.")
    return now() + timedelta(days=days)
