"""Reads pages of queries and brings their records into one shape, whatever fields an organisation has."""

from collections.abc import AsyncIterator
from datetime import datetime

from connectors.errors import StopError
from connectors.http import VendorHttp
from connectors.json_value import JsonValue, at, records_at, text_at
from connectors.salesforce.objects import SObject
from connectors.salesforce.soql import STAGE_QUERY, STAGES, Position, query, visible
from connectors.salesforce.stages import Stages, own_history

Record = dict[str, JsonValue]


class Reader:
    """Reads one object of an organisation."""

    def __init__(self, api: VendorHttp, root: str, sobject: SObject, currency: str) -> None:
        self._api = api
        self._root = root  # the path of the API's version
        self._sobject = sobject
        self._currency = currency or None

    async def changed(self, start: Position, end: datetime | None) -> AsyncIterator[tuple[list[Record], int | None]]:
        """Yield pages of what changed from a position on, each with the number of all records."""
        described = await self._api.get(f"{self._root}/sobjects/{self._sobject.name}/describe")
        children = {text_at(one, "relationshipName") for one in records_at(described, "childRelationships")}
        with_stages = self._sobject.has_stages and STAGES in children
        stages = Stages(await self.rows(STAGE_QUERY)) if self._sobject.has_stages else None
        text = query(self._sobject, visible(self._sobject, described), start, end, with_stages=with_stages)
        async for found, total in self._pages(text, binned=self._sobject.binned):
            yield [await self._shaped(one, stages) for one in found], total

    async def rows(self, text: str) -> list[Record]:
        """Return all rows of a small query."""
        return [one async for found, _ in self._pages(text) for one in found]

    async def _pages(self, text: str, *, binned: bool = False) -> AsyncIterator[tuple[list[Record], int | None]]:
        path = f"{self._root}/{'queryAll' if binned else 'query'}"
        answer = await self._api.get(path, {"q": text})
        reached = ""
        while True:
            total = at(answer, "totalSize")
            yield records_at(answer, "records"), total if isinstance(total, int) else None
            following = text_at(answer, "nextRecordsUrl")
            if at(answer, "done") is True or not following:
                return
            if following == reached:
                raise StopError(
                    "Salesforce's pages loop: one leads to itself.",
                    source="salesforce",
                    stream=self._sobject.stream.name,
                )
            reached = following
            answer = await self._api.get(following)

    async def _shaped(self, record: Record, stages: Stages | None) -> Record:
        done: Record = {name.partition(".")[0]: None for name in self._sobject.fields}
        done |= {name: value for name, value in record.items() if name != "attributes"}
        if stages is not None:
            history, following = own_history(done)
            while following:
                answer = await self._api.get(following)
                history += records_at(answer, "records")
                rest = text_at(answer, "nextRecordsUrl")
                following = "" if rest == following else rest
            stages.explain(done, history)
            done["DefaultCurrency"] = self._currency
        return done
