"""SurveyMonkey, invented: surveys with their details, answers in bulk, links to the next page, limits and errors."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

_MOST = 10  # answers of a page, so that a small account has several


def _choices(question: str, texts: Sequence[str]) -> list[JsonValue]:
    return [
        {"id": f"{question}{number:02d}", "text": text, "weight": number + 1, "position": number + 1, "visible": True}
        for number, text in enumerate(texts)
    ]


def _rating(question: str, heading: str, texts: Sequence[str], shown: str = "") -> Record:
    not_asked: JsonValue = {"id": f"{question}99", "text": "N/A", "weight": 0, "is_na": True}
    return {
        "id": question, "family": "matrix", "subtype": "rating", "headings": [{"heading": heading}],
        "display_options": {"display_type": "emoji", "display_subtype": shown},
        "answers": {"rows": [{"id": f"{question}r", "text": ""}], "choices": [*_choices(question, texts), not_asked]},
    }  # fmt: skip


def _open(question: str, heading: str) -> Record:
    return {"id": question, "family": "open_ended", "subtype": "essay", "headings": [{"heading": heading}]}


_SURVEYS: tuple[tuple[str, str, list[JsonValue]], ...] = (
    (
        "9001",
        "Yearly review",
        [
            _rating("71", "How likely is it that you would recommend us?", [str(number) for number in range(11)]),
            _open("72", "Why?"),
            {"id": "73", "family": "single_choice", "subtype": "vertical", "headings": [{"heading": "About what?"}],
             "answers": {"choices": _choices("73", ["Price", "Service"])}},
        ],
    ),
    ("9002", "After support",
     [_rating("81", "How satisfied are you with our help?", [""] * 5, "star"), _open("82", "Why?")]),
    ("9003", "Nobody asked yet", [_open("91", "Anything?")]),
)  # fmt: skip


class FakeSurveyMonkey(FakeVendor):
    """Serves two surveys with 33 answers each, and one without any."""

    vendor: ClassVar[str] = "surveymonkey"
    config: ClassVar[dict[str, JsonValue]] = {"host": "api.surveymonkey.com", "account_id": "55501"}

    def __init__(self) -> None:
        super().__init__()
        self.surveys: list[Record] = [
            {"id": key, "title": title, "nickname": "", "language": "en",
             "pages": [{"id": f"p{key}", "questions": asked}],
             "date_created": self._iso(timedelta(days=-100)), "date_modified": self._iso(timedelta(days=number - 90))}
            for number, (key, title, asked) in enumerate(_SURVEYS)
        ]  # fmt: skip
        self.responses: dict[str, list[Record]] = {
            "9001": [self._nps(number) for number in range(33)],
            "9002": [self._stars(number) for number in range(33)],
            "9003": [],
        }
        self.day_is_over = False

    def _iso(self, moved: timedelta) -> str:
        return (self.now + moved).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def _response(self, survey: str, number: int, questions: list[JsonValue], moved: timedelta | None = None) -> Record:
        # Twelve answers change in one and the same second, which is more than a page holds.
        changed = moved or timedelta(days=-50, hours=9 * (7 if 7 <= number < 19 else number))
        return {
            "id": f"{survey}{number:04d}", "survey_id": survey, "collector_id": "400", "recipient_id": "",
            "response_status": "partial" if number % 10 == 9 else "completed", "total_time": 60 + number,
            "date_created": self._iso(changed - timedelta(minutes=10)), "date_modified": self._iso(changed),
            "custom_variables": {"account_id": f"A-{number % 7}"} if survey == "9001" else {},
            "metadata": {"contact": {"email": {"type": "string", "value": f"pat{number}@tidewick.example"}}},
            "pages": [{"id": f"p{survey}", "questions": questions}],
        }  # fmt: skip

    def _nps(self, number: int, moved: timedelta | None = None) -> Record:
        choice = "7199" if number == 5 else f"71{number % 11:02d}"
        questions: list[JsonValue] = [
            {"id": "71", "answers": [{"choice_id": choice, "row_id": "71r"}]},
            {"id": "72", "answers": [{"text": f"Why {number}"}]},
            {"id": "73", "answers": [{"choice_id": "7301"}]},
        ]
        return self._response("9001", number, questions, moved)

    def _stars(self, number: int) -> Record:
        return self._response(
            "9002", number, [{"id": "81", "answers": [{"choice_id": f"81{number % 5:02d}", "row_id": "81r"}]}]
        )

    def unauthorised(self) -> Told:
        """Return how SurveyMonkey refuses a token."""
        return _error(401, "1011", "Authorization Error", "The authorization token provided was invalid.")

    def too_many(self) -> Told:
        """Return how SurveyMonkey says that there were too many requests."""
        return _error(429, "1040", "Rate limit reached", "Too many requests were made, try again later.")

    def answer(self, asked: Asked) -> Told:
        """Return what SurveyMonkey answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        if self.day_is_over:
            told = self.too_many()
            limits = {"X-Ratelimit-App-Global-Day-Remaining": "0", "X-Ratelimit-App-Global-Day-Reset": "40000"}
            return Told(told.status, told.body, limits)
        match asked.path.strip("/").split("/"):
            case ["v3", "users", "me"]:
                return Told(200, {"id": "55501", "username": "harbour", "email": "owner@harbour.example"})
            case ["v3", "surveys"]:
                return self._page(asked, [self._brief(one) for one in self.surveys], 2)
            case ["v3", "surveys", key, "details"] if key in self.responses:
                return Told(200, next(one for one in self.surveys if one["id"] == key))
            case ["v3", "surveys", key, "responses", "bulk"] if key in self.responses:
                return self._bulk(asked, self.responses[key])
            case _:
                return _error(404, "1020", "Resource Not Found", "There is no such resource.")

    def _brief(self, survey: Record) -> Record:
        named = ("id", "title", "nickname", "language", "date_created", "date_modified")
        return {name: survey[name] for name in named} | {"response_count": len(self.responses[str(survey["id"])])}

    def _bulk(self, asked: Asked, known: list[Record]) -> Told:
        since = asked.one("start_modified_at")
        listed = [one for one in known if not since or _moment(str(one["date_modified"])) >= _moment(f"{since}+00:00")]
        down = asked.one("sort_order", "DESC") != "ASC"
        listed.sort(
            key=lambda one: (_moment(str(one[asked.one("sort_by", "date_modified")])), str(one["id"])), reverse=down
        )
        return self._page(asked, listed, _MOST)

    def _page(self, asked: Asked, listed: Sequence[Record], most: int) -> Told:
        size, page = min(asked.number("per_page", 50), most), asked.number("page", 1)
        start = 0 if self.looping else (page - 1) * size
        links = {"self": f"{self.address}{asked.path}?page={page}"}
        if start + size < len(listed):
            links["next"] = f"{self.address}{asked.path}?page={page + 1}"
        data = list(listed[start : start + size])
        return Told(200, {"data": data, "per_page": size, "page": page, "total": len(listed), "links": links})

    def truth(self, stream: str) -> list[Record]:
        """Return all records of a stream as a read gives them."""
        return self.surveys if stream == "surveys" else [one for known in self.responses.values() for one in known]

    def change(self, stream: str) -> bool:
        """Rename a survey; or change an answer and add another."""
        if stream == "surveys":
            self.surveys[0] |= {"title": "Renamed", "date_modified": self._iso(timedelta(minutes=-5))}
            return True
        self.responses["9001"][3] |= {"response_status": "partial", "date_modified": self._iso(timedelta(minutes=-5))}
        self.responses["9001"].append(self._nps(99, timedelta(minutes=-4)))
        return True

    def spoil(self, stream: str) -> bool:
        """Give an answer a day of creation that does not exist."""
        if stream == "surveys":
            return False
        self.responses["9001"][4]["date_created"] = "2026-02-31T08:00:00+00:00"
        return True


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _error(status: int, key: str, name: str, message: str) -> Told:
    error: Record = {"id": key, "name": name, "docs": "https://developer.surveymonkey.com/api/v3/#error-codes"}
    return Told(status, {"error": error | {"message": message, "http_status_code": status}})
