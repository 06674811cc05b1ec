"""A HubSpot portal: dated paths, lists by `after`, searches that end at 10,000, associations, archive and merges."""

import copy
import re
from collections import deque
from datetime import datetime
from typing import ClassVar

from connectors import JsonValue
from connectors.json_value import at, text_at
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes import hubspot_seed as seed

MAKERS = {
    "companies": (seed.company, 120),
    "contacts": (seed.contact, 230),
    "deals": (seed.deal, 130),
    "tickets": (seed.ticket, 110),
    "feedback_submissions": (seed.feedback, 60),
}
ASSOCIATED = {
    "deals": ("companies", "contacts"),
    "tickets": ("companies", "contacts"),
    "feedback_submissions": ("companies", "contacts", "tickets"),
}
_OBJECTS = re.compile(r"/crm/objects/2026-09/(\w+)(/search|/batch/read)?")
_ASSOCIATIONS = re.compile(r"/crm/v4/associations/(\w+)/(\w+)/batch/read")
_PIPELINES = re.compile(r"/crm/v3/pipelines/(\w+)")


class FakeHubSpot(FakeVendor):
    """One portal, number 4711."""

    vendor: ClassVar[str] = "hubspot"

    def __init__(self) -> None:
        super().__init__()
        self.wall = 10_000  # results of a search, of which no more can be paged through
        self.told_too_many = 0
        self.empty_first = False  # the first page of a search is empty but has a next one
        self.missing: set[str] = set()  # kinds that the portal's plan does not have
        self.forbidden: set[str] = set()  # kinds whose scope the app does not have
        self.owners = [seed.owner(71), seed.owner(72), seed.owner(73, archived=True)]
        self.records: dict[str, dict[str, Record]] = {}
        for kind, (make, count) in MAKERS.items():
            self.records[kind] = {text_at(one, "id"): one for one in map(make, range(count))}
        self.related: dict[tuple[str, str], dict[str, list[str]]] = {}
        for kind, others in ASSOCIATED.items():
            for other in others:
                self.related[kind, other] = self._relations(kind, other)
        self.pipelines = copy.deepcopy(seed.PIPELINES)
        self._searched: deque[float] = deque(maxlen=5)

    def _relations(self, kind: str, other: str) -> dict[str, list[str]]:
        keys = list(self.records[other])
        # Every sixth record belongs to nobody, every fifth to two: the second one is the primary one.
        return {
            own: [keys[place % len(keys)]] + ([keys[0]] if place % 5 == 1 else [])
            for place, own in enumerate(self.records[kind])
            if place % 6
        }

    def answer(self, asked: Asked) -> Told:
        if asked.path.startswith("/oauth/2026-03/token") and asked.method == "POST":
            return Told(200, self._token(asked))
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if asked.path == "/account-info/2026-03/details":
            return Told(200, {"portalId": 4711, "timeZone": "Europe/Athens", "companyCurrency": "GBP", "uiDomain": ""})
        if asked.path == "/crm/owners/2026-09":
            found = [one for one in self.owners if one["archived"] == (asked.one("archived") == "true")]
            return self._page(asked, found)
        if (matched := _PIPELINES.fullmatch(asked.path)) and matched[1] in self.pipelines:
            return Told(200, {"results": self.pipelines[matched[1]]})
        if matched := _ASSOCIATIONS.fullmatch(asked.path):
            return self._associations(asked, matched[1], matched[2])
        if (matched := _OBJECTS.fullmatch(asked.path)) and matched[1] in set(self.records) - self.missing:
            if matched[1] in self.forbidden:
                return self.error(403, "MISSING_SCOPES")
            return self._objects(asked, matched[1], matched[2] or "")
        return self.error(404, "OBJECT_NOT_FOUND")

    def error(self, status: int, category: str, **more: JsonValue) -> Told:
        """Return HubSpot's form of an error."""
        body = {"status": "error", "message": "A secret detail", "correlationId": "c-0815", "category": category}
        return Told(status, body | more)

    def unauthorised(self) -> Told:
        return self.error(401, "EXPIRED_AUTHENTICATION")

    def too_many(self) -> Told:
        return self.error(429, "RATE_LIMITS", errorType="RATE_LIMIT", policyName="TEN_SECONDLY_ROLLING")

    def _token(self, asked: Asked) -> Record:
        return {
            "access_token": (self.renewed if asked.form.get("refresh_token") else self.credentials)["access_token"],
            "refresh_token": "refresh-1",
            "expires_in": 1800,
            "token_type": "bearer",
            "hub_id": 4711,
            "scopes": ["oauth"],
        }

    def _page(self, asked: Asked, found: list[Record]) -> Told:
        """Answer with the records after an id; that of the list, unlike a number of results, never shifts."""
        after, limit = asked.number("after"), asked.number("limit", 10)
        assert limit <= 100
        rest = [one for one in sorted(found, key=_id) if _id(one) > after]
        body: Record = {"results": list[JsonValue](rest[:limit])}
        if len(rest) > limit:
            following = after if self.looping and after else text_at(rest[limit - 1], "id")
            body["paging"] = {"next": {"after": str(following), "link": "https://api.hubapi.com/elsewhere"}}
        return Told(200, body)

    def _objects(self, asked: Asked, kind: str, action: str) -> Told:
        if action == "/search":
            return self._search(asked, kind)
        archived = asked.one("archived") == "true"
        there = [one for one in self.records[kind].values() if one["archived"] == archived]
        if action == "/batch/read":
            wanted = {text_at(one, "id") for one in at(asked.json, "inputs")}  # type: ignore[attr-defined]
            assert len(wanted) <= 100
            named = set(at(asked.json, "properties"))  # type: ignore[call-overload]
            return Told(200, {"results": [self._shown(one, named) for one in there if one["id"] in wanted]})
        assert len(asked.one("properties")) < 8000, "no server takes addresses of any length"
        named = set(asked.one("properties").split(","))
        shown = [self._shown(one, named) for one in there]
        for one in shown:
            for other in filter(None, asked.one("associations").split(",")):
                self._associate(one, kind, other)
        return self._page(asked, shown)

    def _shown(self, one: Record, named: set[str]) -> Record:
        """Return a record with the properties that were asked for, and those that always come."""
        always = {"hs_object_id", "createdate", "lastmodifieddate", "hs_lastmodifieddate"}
        properties = {name: value for name, value in one["properties"].items() if name in named | always}  # type: ignore[union-attr]
        return one | {"properties": properties}

    def _associate(self, one: Record, kind: str, other: str) -> None:
        to: list[JsonValue] = []
        single = {"companies": "company", "contacts": "contact", "tickets": "ticket"}[other]
        name = f"{kind.removesuffix('s')}_to_{single}"
        own = self.related[kind, other].get(text_at(one, "id"), [])
        for place, key in enumerate(own):
            to.append({"id": key, "type": f"{name}_unlabeled"})
            if place == len(own) - 1:
                to.append({"id": key, "type": name})
        if to:
            one["associations"] = {**(one.get("associations") or {}), other: {"results": to}}  # type: ignore[dict-item]

    def _associations(self, asked: Asked, kind: str, other: str) -> Told:
        results, errors = list[JsonValue](), list[JsonValue]()
        inputs = at(asked.json, "inputs")
        assert isinstance(inputs, list)
        assert len(inputs) <= 1000
        for one in inputs:
            own = self.related[kind, other].get(text_at(one, "id"), [])
            if not own:
                errors.append({"status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations"})
                continue
            to: list[JsonValue] = []
            for place, key in enumerate(own):
                kinds: list[JsonValue] = [{"category": "HUBSPOT_DEFINED", "typeId": 341, "label": None}]
                if place == len(own) - 1:
                    kinds.append({"category": "HUBSPOT_DEFINED", "typeId": 5, "label": "Primary"})
                to.append({"toObjectId": int(key), "associationTypes": kinds})
            results.append({"from": {"id": text_at(one, "id")}, "to": to})
        return Told(207 if errors else 200, {"status": "COMPLETE", "results": results, "errors": errors})

    def _search(self, asked: Asked, kind: str) -> Told:
        now = self.clock.now()
        if len(self._searched) == 5 and now - self._searched[0] < 1:
            self.told_too_many += 1
            return self.error(429, "RATE_LIMITS", errorType="RATE_LIMIT", policyName="SECONDLY")
        self._searched.append(now)
        body = asked.json
        if self.empty_first and not text_at(body, "after"):
            return Told(200, {"total": 1, "results": [], "paging": {"next": {"after": "0"}}})
        limit, after = int(text_at(body, "limit") or 10), int(text_at(body, "after") or 0)
        assert limit <= 200
        if after + limit > self.wall:
            return self.error(400, "VALIDATION_ERROR")
        found = [one for one in self.records[kind].values() if not one["archived"] and seed.passes(one, body)]
        by = text_at(body, "sorts", 0, "propertyName")
        found.sort(key=lambda one: seed.number_of(at(one, "properties", by)))
        named = set(at(body, "properties"))  # type: ignore[call-overload]
        told: Record = {
            "total": len(found),
            "results": [self._shown(one, named) for one in found[after : after + limit]],
        }
        if len(found) > after + limit:
            told["paging"] = {"next": {"after": str(after + limit)}}
        return Told(200, told)

    def truth(self, stream: str) -> list[Record]:
        if stream == "owners":
            return copy.deepcopy(self.owners)
        return [self._true(stream, one) for one in self.records[stream].values() if not one["archived"]]

    def _true(self, kind: str, one: Record) -> Record:
        found = copy.deepcopy(one) | {"archivedAt": None}
        own = text_at(one, "id")
        for other in ASSOCIATED.get(kind, ()):
            related = self.related[kind, other].get(own, [])
            found[f"{other}_ids"] = list[JsonValue](reversed(related))
        if kind == "companies":
            number = text_at(one, "properties", "hubspot_owner_id")
            found["owner_name"] = f"Owner{number} Smithson"
        if kind in self.pipelines:
            stage = "dealstage" if kind == "deals" else "hs_pipeline_stage"
            found["stage"] = self._stage(kind, text_at(one, "properties", stage))
        if kind == "deals":
            found["account_currency"] = "GBP"
            found["stages_entered"] = self._entered(one)
        if kind == "feedback_submissions":
            found["csat_highest"] = 5
        return found

    def _stage(self, kind: str, key: str) -> Record:
        pipeline = self.pipelines[kind][0]
        stages = sorted(pipeline["stages"], key=lambda one: one["displayOrder"])  # type: ignore[arg-type, call-overload, index, return-value]
        place, stage = next((place, one) for place, one in enumerate(stages, start=1) if text_at(one, "id") == key)
        said = text_at(stage, "metadata", "isClosed") or text_at(stage, "metadata", "ticketState")
        return {
            "id": key,
            "label": text_at(stage, "label"),
            "pipeline": text_at(pipeline, "label"),
            "order": place,
            "probability": at(stage, "metadata", "probability"),  # type: ignore[dict-item]
            "closed": said in ("true", "CLOSED"),
        }

    def _entered(self, one: Record) -> list[JsonValue]:
        found: list[JsonValue] = []
        for stage in seed.DEAL_STAGES:
            moments: Record = {
                moment: text_at(one, "properties", f"hs_v2_date_{moment}_{stage}")
                or text_at(one, "properties", f"hs_date_{moment}_{stage}")
                or None
                for moment in ("entered", "exited")
            }
            if moments["entered"]:
                found.append(self._stage("deals", stage) | moments)
        return found

    def touch(self, kind: str, key: str, moment: datetime | None = None, **properties: JsonValue) -> None:
        """Change properties of a record at a moment, now if none is given."""
        one = self.records[kind][key]
        at_moment = seed.stamp(moment or self.now)
        modified = "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"
        one["properties"] = {**one["properties"], **properties, modified: at_moment}  # type: ignore[dict-item]
        one["updatedAt"] = at_moment

    def archive(self, kind: str, key: str) -> None:
        """Delete a record now; HubSpot keeps it in the archive for 90 days."""
        self.records[kind][key] |= {"archived": True, "archivedAt": seed.stamp(self.now)}

    def merge(self, kind: str, kept: str, gone: str) -> None:
        """Merge a record into another: it is in no list any more, and the other one names it."""
        del self.records[kind][gone]
        self.touch(kind, kept, hs_merged_object_ids=gone)

    def change(self, stream: str) -> bool:
        if stream == "owners":
            self.owners[0] = self.owners[0] | {"lastName": "Smithson", "email": "new@agency.example"}
            self.owners.append(seed.owner(74))
            return True
        make, _ = MAKERS[stream]
        first = next(iter(self.records[stream]))
        self.touch(stream, first)
        added = make(len(self.records[stream]) + 5000)
        self.records[stream][text_at(added, "id")] = added
        self.touch(stream, text_at(added, "id"))
        return True

    def spoil(self, stream: str) -> bool:
        if stream not in ("contacts", "deals", "tickets"):
            return False
        self.touch(stream, next(iter(self.records[stream])), self.since, createdate="2026-02-31T10:00:00Z")
        return True


def _id(one: Record) -> int:
    return int(text_at(one, "id"))
