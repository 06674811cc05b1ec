"""Typeform, invented: forms by page, answers newest first and back by token, hidden fields, and its errors."""

import hashlib
from datetime import timedelta
from typing import ClassVar

from connectors import JsonValue
from tests.connectors.fake_vendor import Asked, FakeVendor, Record, Told

_MOST = 10  # answers of a page, so that a small account has several
_FORMS: tuple[tuple[str, str, list[Record]], ...] = (
    (
        "fNps01",
        "Quarterly review",
        [
            {"id": "qNps", "ref": "score", "type": "nps", "title": "How likely are you to recommend Harbour Coffee?"},
            {"id": "qWhy", "ref": "why", "type": "long_text", "title": "What is the main reason?"},
            {"id": "qTop", "ref": "topic", "type": "multiple_choice", "title": "What was it about?"},
        ],
    ),
    (
        "fCsat1",
        "After support",
        [
            {"id": "qGrp", "ref": "g", "type": "group", "title": "Support", "properties": {"fields": [
                {"id": "qStar", "ref": "csat_stars", "type": "rating", "title": "How was our help?",
                 "properties": {"steps": 5, "shape": "star"}},
            ]}},
            {"id": "qMail", "ref": "mail", "type": "email", "title": "Your address"},
        ],
    ),
    (
        "fCes01",
        "Ease",
        [
            {"id": "qEase", "ref": "q1", "type": "opinion_scale", "title": "The company made it easy for me.",
             "properties": {"steps": 7, "start_at_one": True}},
            {"id": "qEff", "ref": "q2", "type": "opinion_scale", "title": "How much effort did it take?",
             "properties": {"steps": 5, "start_at_one": True}},
        ],
    ),
)  # fmt: skip


def _token(*parts: object) -> str:
    return hashlib.md5(":".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()


def _number(question: str, kind: str, value: int) -> Record:
    return {"field": {"id": question, "type": kind}, "type": "number", "number": value}


class FakeTypeform(FakeVendor):
    """Serves three forms with 35 answers each."""

    vendor: ClassVar[str] = "typeform"
    config: ClassVar[dict[str, JsonValue]] = {"host": "api.typeform.com", "account_id": "01HZTYPE"}

    def __init__(self) -> None:
        super().__init__()
        created = self._iso(timedelta(days=-100))
        self.forms: list[Record] = [
            {"id": key, "title": title, "fields": list[JsonValue](fields), "settings": {"language": "en"},
             "created_at": created, "last_updated_at": self._iso(timedelta(days=number - 90))}
            for number, (key, title, fields) in enumerate(_FORMS)
        ]  # fmt: skip
        self.responses: dict[str, list[Record]] = {
            key: [self._answer(key, number) for number in range(35)] for key, _, _ in _FORMS
        }

    def _iso(self, moved: timedelta) -> str:
        return (self.now + moved).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _answer(self, form: str, number: int, moved: timedelta | None = None) -> Record:
        submitted = self._iso(moved or timedelta(days=-70, hours=7 * number))
        hidden: Record = {"account_id": f"A-{number % 7}", "ticket_id": str(1000 + number)}
        answers: list[JsonValue]
        match form:
            case "fNps01":
                answers = [
                    _number("qNps", "nps", number % 11),
                    {
                        "field": {"id": "qWhy", "ref": "why", "type": "long_text"},
                        "type": "text",
                        "text": f"Why {number}",
                    },
                    {
                        "field": {"id": "qTop", "ref": "topic", "type": "multiple_choice"},
                        "type": "choice",
                        "choice": {"id": "c1", "label": "Price", "ref": "price"},
                    },
                ]
            case "fCsat1":
                hidden = {}
                mail = f"pat{number}@{'gmail.com' if number % 2 else 'tidewick.example'}"
                answers = [
                    _number("qStar", "rating", 1 + number % 5),
                    {"field": {"id": "qMail", "ref": "mail", "type": "email"}, "type": "email", "email": mail},
                ]  # fmt: skip
            case _:
                answers = [_number(key, "opinion_scale", 1 + number % 5) for key in ("qEase", "qEff")]
        token = _token(form, number)
        return {
            "landing_id": token, "token": token, "response_id": token, "response_type": "completed",
            "landed_at": submitted, "submitted_at": submitted, "metadata": {"platform": "other"}, "hidden": hidden,
            "calculated": {"score": 0}, "answers": answers,
        }  # fmt: skip

    def is_signed_in(self, asked: Asked) -> bool:
        """Say whether the request carries a token that is accepted."""
        return asked.headers.get("authorization", "").startswith("Bearer ") and super().is_signed_in(asked)

    def unauthorised(self) -> Told:
        """Return how Typeform refuses a token."""
        return Told(401, {"code": "AUTHENTICATION_FAILED", "description": "Authentication credentials not found"})

    def too_many(self) -> Told:
        """Return how Typeform says that there were too many requests."""
        return Told(429, {"code": "TOO_MANY_REQUESTS", "description": "Too many requests"})

    def answer(self, asked: Asked) -> Told:
        """Return what Typeform answers."""
        if not self.is_signed_in(asked):
            return self.unauthorised()
        match asked.path.strip("/").split("/"):
            case ["me"]:
                return Told(
                    200, {"user_id": "01HZTYPE", "alias": "Harbour", "email": "owner@harbour.example", "language": "en"}
                )
            case ["forms"]:
                return self._list(asked)
            case ["forms", key] if key in self.responses:
                return Told(200, next(one for one in self.forms if one["id"] == key))
            case ["forms", key, "responses"] if key in self.responses:
                return self._responses(asked, self.responses[key])
            case _:
                return Told(404, {"code": "FORM_NOT_FOUND", "description": "Non existing form"})

    def _list(self, asked: Asked) -> Told:
        size, page = min(asked.number("page_size", 10), 2), asked.number("page", 1)
        brief = ("id", "title", "created_at", "last_updated_at", "settings")
        items = [{name: one[name] for name in brief} for one in self.forms[(page - 1) * size : page * size]]
        pages = -(-len(self.forms) // size)
        return Told(200, {"total_items": len(self.forms), "page_count": pages, "items": items})

    def _responses(self, asked: Asked, known: list[Record]) -> Told:
        if asked.one("before") and asked.one("after"):
            return Told(400, {"code": "VALIDATION_ERROR", "description": "before and after do not mix"})
        newest = sorted(known, key=lambda one: (str(one["submitted_at"]), str(one["token"])), reverse=True)
        newest = [one for one in newest if str(one["submitted_at"]) >= asked.one("since")]
        total, before = len(newest), asked.one("before")
        if before and not self.looping:
            place = next((at for at, one in enumerate(newest) if one["token"] == before), len(newest))
            newest = newest[place + 1 :]
        size = min(asked.number("page_size", 25), _MOST)
        return Told(200, {"total_items": total, "page_count": -(-total // size), "items": newest[:size]})

    def truth(self, stream: str) -> list[Record]:
        """Return all records of a stream as a read gives them."""
        if stream == "forms":
            return self.forms
        return [one | {"form_id": form} for form, known in self.responses.items() for one in known]

    def change(self, stream: str) -> bool:
        """Rename a form, or add an answer."""
        if stream == "forms":
            self.forms[0] |= {"title": "Yearly review", "last_updated_at": self._iso(timedelta(minutes=-5))}
        else:
            self.responses["fNps01"].append(self._answer("fNps01", 99, timedelta(minutes=-5)))
        return True

    def spoil(self, stream: str) -> bool:
        """Give an answer a day that does not exist."""
        if stream == "forms":
            return False
        self.responses["fNps01"][4]["submitted_at"] = "2026-02-31T08:00:00Z"
        return True
