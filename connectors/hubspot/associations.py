"""Which records belong together: the list tells it inside each record, a search not at all, so that we ask for it.

A record's ids of a kind come with the primary one first, then in the order of the numbers.
"""

from collections.abc import Iterable, Sequence

from connectors.http import VendorHttp
from connectors.hubspot import paths
from connectors.hubspot.objects import CrmObject
from connectors.json_value import JsonValue, at, records_at, text_at

Record = dict[str, JsonValue]
Ids = dict[str, list[JsonValue]]  # by kind

_MOST_IDS = 1000


def column(kind: str) -> str:
    """Return the name under which records carry the ids of a kind."""
    return f"{kind}_ids"


def told(kind: CrmObject, record: Record) -> Ids:
    """Return the ids that a record of a list tells; a plain association is there beside the labelled one."""
    return {
        other: _ordered(
            (text_at(one, "id"), not text_at(one, "type").endswith("_unlabeled"))
            for one in records_at(record, "associations", other, "results")
        )
        for other in kind.associated
    }


async def asked(api: VendorHttp, kind: CrmObject, records: Sequence[Record]) -> dict[str, Ids]:
    """Return the ids that records belong to, by the records' ids; for results of a search."""
    found: dict[str, Ids] = {text_at(record, "id"): {other: [] for other in kind.associated} for record in records}
    keys = list(found)
    for other in kind.associated:
        for start in range(0, len(keys), _MOST_IDS):
            inputs: list[JsonValue] = [{"id": key} for key in keys[start : start + _MOST_IDS]]
            answer = await api.post(paths.associations(kind.name, other), {"inputs": inputs})
            # Records that belong to nothing are among the answer's errors (207), not among its results.
            for one in records_at(answer, "results"):
                own = text_at(one, "from", "id")
                if own in found:
                    found[own][other] = _ordered(
                        (text_at(to, "toObjectId"), _is_primary(to)) for to in records_at(one, "to")
                    )
    return found


def _is_primary(to: Record) -> bool:
    return any(at(kind, "label") == "Primary" for kind in records_at(to, "associationTypes"))


def _ordered(pairs: Iterable[tuple[str, bool]]) -> list[JsonValue]:
    primary: dict[str, bool] = {}
    for key, is_primary in pairs:
        primary[key] = primary.get(key, False) or is_primary
    ordered = sorted(primary, key=lambda key: (not primary[key], len(key), key))
    return list[JsonValue](ordered)
