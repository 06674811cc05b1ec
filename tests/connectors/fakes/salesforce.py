"""A Salesforce organisation: SOQL over HTTP, pages by locator, the bin, lists of errors."""

import copy
import re
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import zip_longest
from typing import ClassVar

from connectors import JsonValue
from connectors.json_value import text_at
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told
from tests.connectors.fakes import salesforce_seed as seed

OBJECTS: dict[str, tuple[str, Callable[[int], Record], int]] = {
    "users": ("User", seed.user, 4),
    "accounts": ("Account", seed.account, 100),
    "contacts": ("Contact", seed.contact, 130),
    "opportunities": ("Opportunity", seed.opportunity, 90),
    "leads": ("Lead", seed.lead, 50),
    "cases": ("Case", seed.case, 110),
}
_ROOT = "/services/data/v68.0"
_PAGE = 40
_SOQL = re.compile(
    r"SELECT (?P<fields>.+) FROM (?P<object>\w+)(?: WHERE (?P<where>.+?))? ORDER BY SystemModstamp, Id", re.DOTALL
)
_CONDITION = re.compile(r"SystemModstamp (>=|<|>|=) (\S+?Z)\)?")
_TIE = re.compile(r"\(SystemModstamp > (\S+) OR \(SystemModstamp = (\S+) AND Id > '(\w+)'\)\)")
_STAGES = "SELECT ApiName, MasterLabel, SortOrder, IsClosed, IsWon FROM OpportunityStage ORDER BY SortOrder"


class FakeSalesforce(FakeVendor):
    """One organisation with several currencies."""

    vendor: ClassVar[str] = "salesforce"
    spared: ClassVar[tuple[str, ...]] = ("/services/oauth2",)
    credentials: ClassVar[dict[str, str]] = {
        "access_token": "first-session",
        "instance_url": "https://acme.my.salesforce.com",
    }
    renewed: ClassVar[dict[str, str]] = {
        "access_token": "second-session",
        "instance_url": "https://acme.my.salesforce.com",
    }

    def __init__(self) -> None:
        super().__init__()
        self.hidden: set[str] = set()  # fields that this organisation lacks, as Object.Field
        self.forbidden: set[str] = set()  # objects that the user may not see
        self.exhausted = False  # the requests of 24 hours are used up
        self.records: dict[str, dict[str, Record]] = {}
        for name, make, count in OBJECTS.values():
            self.records[name] = {text_at(one, "Id"): one for one in map(make, range(1, count + 1))}
        self.histories = {seed.key("006", number): seed.history(number) for number in range(1, 91)}
        self._locators: dict[str, list[Record]] = {}

    def answer(self, asked: Asked) -> Told:
        if asked.path == "/services/oauth2/token":
            return Told(200, dict(self.renewed if asked.form.get("refresh_token") else self.credentials))
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if self.exhausted:
            return self.error(403, "REQUEST_LIMIT_EXCEEDED")
        if matched := re.fullmatch(rf"{_ROOT}/sobjects/(\w+)/describe", asked.path):
            return self._describe(matched[1])
        if asked.path in (f"{_ROOT}/query", f"{_ROOT}/queryAll"):
            return self._query(asked.one("q"), binned=asked.path.endswith("All"))
        if asked.path in self._locators:
            return self._page(asked.path)
        return self.error(404, "NOT_FOUND")

    def error(self, status: int, code: str) -> Told:
        """Return Salesforce's form of an error."""
        return Told(status, [{"message": "A secret detail", "errorCode": code}])

    def unauthorised(self) -> Told:
        return self.error(401, "INVALID_SESSION_ID")

    def _fields(self, name: str) -> list[str]:
        """Return the fields of an object; a record that hangs on another is there by its id."""
        example = next(iter(self.records[name].values()))
        named = [f"{one}Id" if one in ("Owner", "UserRole", "Manager", "RecordType") else one for one in example]
        return [one for one in dict.fromkeys(named) if f"{name}.{one}" not in self.hidden]

    def _describe(self, name: str) -> Told:
        if name not in self.records or name in self.forbidden:
            return self.error(404, "NOT_FOUND")
        children = [{"relationshipName": "OpportunityHistories", "childSObject": "OpportunityHistory"}]
        return Told(
            200,
            {
                "name": name,
                "fields": [{"name": one, "type": "string"} for one in self._fields(name)],
                "childRelationships": children if name == "Opportunity" else [],
            },
        )

    def _query(self, text: str, *, binned: bool) -> Told:
        if text == _STAGES:
            return self._paged(self._stages())
        if text.endswith("FROM Organization"):
            return self._paged([{"Id": "00D01", "Name": "Acme", "TimeZoneSidKey": "Europe/Athens", "IsSandbox": True}])
        matched = _SOQL.fullmatch(text)
        if matched is None:
            return self.error(400, "MALFORMED_QUERY")
        name, inner = matched["object"], "FROM OpportunityHistories" in matched["fields"]
        fields = re.sub(r", \(.+\)", "", matched["fields"]).split(", ")
        known = self._fields(name)
        if any((one if "." not in one else one.partition(".")[0] + "Id") not in known for one in fields):
            return self.error(400, "INVALID_FIELD")
        assert not binned or "IsDeleted" in known
        found = [one for one in self.records[name].values() if binned or not one.get("IsDeleted")]
        found = [one for one in found if _passes(one, matched["where"] or "")]
        found.sort(key=lambda one: (text_at(one, "SystemModstamp"), text_at(one, "Id")))
        return self._paged([self._shown(name, one, fields, with_history=inner) for one in found])

    def _shown(self, name: str, one: Record, fields: list[str], *, with_history: bool) -> Record:
        shown: Record = {"attributes": {"type": name, "url": f"{_ROOT}/sobjects/{name}/{one['Id']}"}}
        shown |= {field: one[field] for field in (path.partition(".")[0] for path in fields)}
        if with_history:
            entries = self.histories.get(text_at(one, "Id"), [])
            # What is long comes in pieces of its own.
            first, rest = entries[:2], entries[2:]
            told: Record = {"totalSize": len(entries), "done": not rest, "records": list[JsonValue](first)}
            if rest:
                path = f"{_ROOT}/query/01gHISTORY{one['Id']}-2"
                self._locators[path] = rest
                told["nextRecordsUrl"] = path
            shown["OpportunityHistories"] = told if entries else None
        return shown

    def _paged(self, found: list[Record]) -> Told:
        path = f"{_ROOT}/query/01g{len(self._locators):012d}-0"
        self._locators[path] = found
        return self._page(path)

    def _page(self, path: str) -> Told:
        """Answer with a page of a query that was kept as it was when it was asked."""
        stem, _, start = path.rpartition("-")
        found, begin = self._locators[path], 0 if "HISTORY" in path else int(start)
        told: Record = {"totalSize": len(found), "done": True, "records": list[JsonValue](found[begin : begin + _PAGE])}
        if begin + _PAGE < len(found):
            following = f"{stem}-{begin + (0 if self.looping and begin else _PAGE)}"
            self._locators[following] = found
            told |= {"done": False, "nextRecordsUrl": following}
        return Told(200, told, {"Sforce-Limit-Info": "api-usage=18/5000"})

    def _stages(self) -> list[Record]:
        return [
            {
                "ApiName": name,
                "MasterLabel": name,
                "SortOrder": place,
                "IsClosed": name.startswith("Closed"),
                "IsWon": name == "Closed Won",
            }
            for place, name in enumerate(seed.STAGES, start=1)
        ]

    def truth(self, stream: str) -> list[Record]:
        name = OBJECTS[stream][0]
        found = copy.deepcopy(list(self.records[name].values()))
        for one in found:
            if name == "Opportunity":
                one["DefaultCurrency"] = None
                one["Stage"] = _described(text_at(one, "StageName"))
                one["StagesEntered"] = _entered(self.histories.get(text_at(one, "Id"), []))
        return found

    def touch(self, stream: str, number: int, **fields: JsonValue) -> Record:
        """Change a record now."""
        name, make, _ = OBJECTS[stream]
        own = text_at(make(number), "Id")
        self.records[name][own] = {**self.records[name][own], **fields, "SystemModstamp": seed.stamp(self.now)}
        return self.records[name][own]

    def change(self, stream: str) -> bool:
        name, make, count = OBJECTS[stream]
        self.touch(stream, 1)
        added = make(count + 1000)
        self.records[name][text_at(added, "Id")] = added | {"SystemModstamp": seed.stamp(self.now)}
        return True

    def spoil(self, stream: str) -> bool:
        if stream not in ("contacts", "opportunities", "cases", "leads"):
            return False
        name, make, _ = OBJECTS[stream]
        self.records[name][text_at(make(1), "Id")]["CreatedDate"] = "2026-02-31T10:00:00.000+0000"
        return True


def _described(name: str) -> Record:
    return {
        "name": name,
        "label": name,
        "order": seed.STAGES.index(name) + 1,
        "lost": name == "Closed Lost",
    }


def _entered(history: list[Record]) -> list[JsonValue]:
    """Return the stages by the entries where the stage is another than before."""
    before = [None, *(one["StageName"] for one in history)]
    turns = [one for one, stage in zip(history, before, strict=False) if one["StageName"] != stage]
    moments = [one["CreatedDate"] for one in turns[1:]]
    return [
        _described(text_at(one, "StageName")) | {"id": one["Id"], "entered": one["CreatedDate"], "left": left}
        for one, left in zip_longest(turns, moments)
    ]


def _passes(one: Record, where: str) -> bool:
    own = datetime.fromisoformat(text_at(one, "SystemModstamp"))
    tie = _TIE.search(where)
    if tie:
        moment = datetime.fromisoformat(tie[1]).replace(tzinfo=UTC)
        if not (own > moment or (own == moment and text_at(one, "Id") > tie[3])):
            return False
        where = where.replace(tie[0], "")
    for operator, text in _CONDITION.findall(where):
        moment = datetime.fromisoformat(text)
        passes = {">=": own >= moment, "<": own < moment, ">": own > moment, "=": own == moment}
        if not passes[operator]:
            return False
    return True
