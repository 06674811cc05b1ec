"""The stages of opportunities: their order, and which ones an opportunity has entered when."""

from connectors.json_value import JsonValue, at, records_at, text_at

Record = dict[str, JsonValue]


class Stages:
    """The stages of an organisation by name."""

    def __init__(self, found: list[Record]) -> None:
        self._places = {text_at(stage, "ApiName"): place for place, stage in enumerate(found, start=1)}
        self._labels = {text_at(stage, "ApiName"): text_at(stage, "MasterLabel") for stage in found}
        self._lost = {
            text_at(stage, "ApiName") for stage in found if at(stage, "IsClosed") is True and not at(stage, "IsWon")
        }

    def explain(self, record: Record, history: list[Record]) -> None:
        """Write into an opportunity its stage and those that it has entered.

        The history has an entry for each change of stage, amount, probability or closing date; only the first of
        each run of one stage counts.
        """
        record["Stage"] = self._described(text_at(record, "StageName"))
        entered: list[Record] = []
        for entry in history:
            name = text_at(entry, "StageName")
            if entered and entered[-1]["name"] == name:
                continue
            if entered:
                entered[-1]["left"] = entry.get("CreatedDate")
            entered.append(
                self._described(name) | {"id": entry.get("Id"), "entered": entry.get("CreatedDate"), "left": None}
            )
        record["StagesEntered"] = list[JsonValue](entered)

    def _described(self, name: str) -> Record:
        return {
            "name": name,
            "label": self._labels.get(name) or name,
            "order": self._places.get(name),
            "lost": name in self._lost,
        }


def own_history(record: Record) -> tuple[list[Record], str]:
    """Take the history out of an opportunity; return it and where the rest of it is, if it is long."""
    found = record.pop("OpportunityHistories", None)
    return records_at(found, "records"), text_at(found, "nextRecordsUrl")
