"""Google Sheets, invented: one spreadsheet with one range, its times as numbers or as shown, cut at empty ends."""

from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeAlias

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, Record, Told
from tests.connectors.fakes.google import FakeGoogle

Cell: TypeAlias = "JsonValue | datetime"

_SHEET = "1HarbourCoffeeDealsSheet0001"
_HEADER: list[JsonValue] = ["No", "Opened", "Day", "Amount", "Stage", "Won", "", "Note"]
_SERIAL_START = datetime(1899, 12, 30, tzinfo=UTC)


class FakeGoogleSheets(FakeGoogle):
    """Serves a sheet of 40 deals, one empty row and one row without a stage."""

    config: ClassVar[dict[str, JsonValue]] = {
        "spreadsheet_id": _SHEET,
        "account_id": _SHEET,
        "range": "Deals!A3:H",
        "mapping": {
            "entity": "deal",
            "source": "sales sheet",
            "key": ["No"],
            "timezone": "Europe/Athens",
            "columns": {
                "created_at": "Opened",
                "expected_close": "Day",
                "amount_original": "Amount",
                "stage": "Stage",
                "is_new_business": "Won",
            },
        },
    }

    def __init__(self) -> None:
        super().__init__()
        opened = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
        self.rows: list[list[Cell]] = [
            [
                f"D-{number}",
                opened + timedelta(days=number),
                datetime(2026, 3, 1 + number % 20, tzinfo=UTC),
                10.1 + number,
                "" if number == 7 else f"Stage {number % 3}",
                number % 2 == 0,
            ]
            for number in range(40)
        ]
        self.rows.insert(20, [])

    def answer(self, asked: Asked) -> Told:
        """Return what Google answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        match asked.path.strip("/").split("/"):
            case ["v4", "spreadsheets", key] if key == _SHEET:
                shown = {"title": "Sales", "timeZone": "Europe/Athens"}
                return Told(200, {"spreadsheetId": _SHEET, "properties": shown})
            case ["v4", "spreadsheets", key, "values", "Deals!A3:H"] if key == _SHEET:
                values = [_HEADER, *(self._row(row, asked.one("dateTimeRenderOption")) for row in self.rows)]
                body = {"range": "Deals!A3:H1000", "majorDimension": "ROWS"}
                return Told(200, body | ({"values": values} if self.rows else {}))
            case _:
                return Told(404, {"error": {"code": 404, "status": "NOT_FOUND", "message": "Not found."}})

    def _row(self, row: list[Cell], times: str) -> list[JsonValue]:
        def cell(value: Cell) -> JsonValue:
            if not isinstance(value, datetime):
                return value
            if times == "FORMATTED_STRING":
                return value.strftime("%d.%m.%y") if value.hour == 0 else value.strftime("%d.%m.%y %H:%M")
            days = (value - _SERIAL_START) / timedelta(days=1)
            return int(days) if days.is_integer() else days

        return [cell(value) for value in row]

    def truth(self, stream: str) -> list[Record]:
        """Return all rows as a read gives them."""
        found: list[Record] = []
        for number, row in enumerate(self.rows, start=4):
            if not row:
                continue
            no, opened, day, amount, stage, won = row
            assert isinstance(opened, datetime | str)
            assert isinstance(day, datetime)
            when = opened if isinstance(opened, str) else opened.strftime("%Y-%m-%dT%H:%M:%S")
            found.append(
                {
                    "Row number": number, "No": _json(no), "Opened": when, "Day": day.date().isoformat(),
                    "Amount": _json(amount), "Stage": _json(stage) or None, "Won": _json(won), "Note": None,
                }
            )  # fmt: skip
        return found

    def change(self, stream: str) -> bool:
        """Change a row and add one."""
        self.rows[3][4] = "Moved"
        self.rows.append(["D-99", self.now, datetime(2026, 4, 1, tzinfo=UTC), 5, "New", True])
        return True

    def spoil(self, stream: str) -> bool:
        """Write a day that does not exist, which the sheet keeps as text."""
        self.rows[4][1] = "31.02.2026 08:00"
        return True


def _json(value: Cell) -> JsonValue:
    assert not isinstance(value, datetime)
    return value
