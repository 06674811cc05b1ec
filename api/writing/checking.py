"""Whether the numbers in a text agree with the data: those beside the name of a metric are compared; pure.

A number is compared only with numbers of its kind (per cent, a time, or plain), and only in a sentence that names the
metric. It may be rounded as it is written: 18 % stands for 17.5 to 18.5 %, and 1,200 for 1,150 to 1,250.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.writing.amounts import shown_amount
from api.writing.facts import FactValue
from schemas import FieldType

_SENTENCE = re.compile(r"(?<=[.!?;。！？])\s+|\n+")
_NUMBER = re.compile(
    r"(?<![\w.,/-])[-−+]?(?P<digits>\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)"
    r"\s*(?P<unit>%|pp\b|p\.p\.|points?\b|min\b|minutes?\b|minutos?\b|seconds?\b|sec\b|s\b|h\b|hours?\b|horas?\b|k\b|m\b)?",
    re.IGNORECASE,
)
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\]\([^)]*\)|https?://\S+")
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|fev|mai|set|out|dez|ian|iun|iul|noi"
_DATED = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\.?\s+(?:de\s+)?(?:{_MONTHS})\w*|\b(?:{_MONTHS})\w*\s+\d{{1,2}}\b", re.IGNORECASE
)
_LISTED = re.compile(r"^\s*\d{1,2}[.)]\s+", re.MULTILINE)
_MINUTE, _HOUR = 60, 3_600
_TIMES = {"s": 1, "sec": 1, "second": 1, "min": _MINUTE, "minute": _MINUTE, "minuto": _MINUTE}
_TIMES |= {"h": _HOUR, "hour": _HOUR, "hora": _HOUR}
_LARGE = {"k": 1e3, "m": 1e6}
_YEARS = range(1990, 2101)


@dataclass(frozen=True)
class _Written:
    """A number of the text: what it may mean, and by how much it may be rounded."""

    text: str
    kind: str  # percent, time or plain
    readings: tuple[tuple[float, float], ...]  # value and slack


def disagreements(text: str, values: Sequence[FactValue], labels: Mapping[str, Sequence[str]]) -> list[str]:
    """Return a sentence for each number that disagrees with the data; `labels` are the names of each metric."""
    found: list[str] = []
    for sentence in _sentences(text):
        named = [one for one in values if _names(sentence, labels.get(one.metric, ()))]
        for written in _numbers(sentence):
            known = [(one, value) for one in named for value in _known(one, written.kind)]
            if known and not any(_agrees(written, value) for _, value in known):
                one = known[0][0]
                found.append(f"The text says {written.text}, the data say {_told(one, labels)}.")
    return list(dict.fromkeys(found))


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(_LISTED.sub("", text.replace("*", ""))):
        plain = _DATED.sub(" ", _DAY.sub(" ", sentence))
        if plain.strip():
            yield plain


def _names(sentence: str, labels: Iterable[str]) -> bool:
    words = re.findall(r"[^\W\d_]+", sentence.casefold())
    for label in labels:
        if not label.isascii() and len(label) >= 2 and label.casefold() in sentence.casefold():
            return True
        for term in re.findall(r"[^\W\d_]+", label):
            stem = term.casefold() if len(term) < 6 else term.casefold()[: max(5, len(term) - 2)]
            is_name = term.isupper() and len(term) >= 2
            if (is_name and stem in words) or (len(term) >= 4 and any(word.startswith(stem) for word in words)):
                return True
    return False


def _numbers(sentence: str) -> Iterator[_Written]:
    for found in _NUMBER.finditer(sentence):
        digits, unit = found["digits"], (found["unit"] or "").lower()
        singular = unit.removesuffix("s") if len(unit) > 1 else unit
        if unit == "%" or singular in {"pp", "p.p.", "point"}:
            kind, factor = "percent", 0.01
        elif singular in _TIMES:
            kind, factor = "time", float(_TIMES[singular])
        else:
            kind, factor = "plain", _LARGE.get(unit, 1.0)
        if kind == "plain" and not unit and digits.isdigit() and int(digits) in _YEARS:
            continue
        readings = tuple((value * factor, slack * factor) for value, slack in _readings(digits))
        yield _Written(found[0].strip(), kind, readings)


def _readings(digits: str) -> Iterator[tuple[float, float]]:
    """Give what the digits may mean: a comma or a point may separate thousands or decimals."""
    plain = re.sub(r"[ \u00a0\u202f]", "", digits)
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", plain) or plain.isdigit():
        whole = re.sub(r"[.,]", "", plain)
        zeros = len(whole) - len(whole.rstrip("0")) if int(whole) >= 100 else 0
        yield float(whole), 0.5 * 10**zeros
    last = max(plain.rfind("."), plain.rfind(","))
    if last > 0:
        whole, decimals = re.sub(r"[.,]", "", plain[:last]), plain[last + 1 :]
        yield float(f"{whole}.{decimals}"), 0.5 * 10 ** -len(decimals)


def _known(one: FactValue, kind: str) -> list[float]:
    """Return the numbers of a fact that something of this kind may mean."""
    amounts = [one.value, one.earlier, one.target]
    if kind == "percent":
        own = amounts if one.kind is FieldType.PERCENT else []
        points = one.change if one.kind is FieldType.PERCENT or not one.in_points else None
        listed = [*own, points, _relative(one)]
        return [value for value in listed if value is not None]
    fits = (one.kind is FieldType.DURATION) == (kind == "time") and one.kind is not FieldType.PERCENT
    difference = None if one.value is None or one.earlier is None else one.value - one.earlier
    return [value for value in (*amounts, difference) if value is not None] if fits else []


def _relative(one: FactValue) -> float | None:
    if one.value is None or not one.earlier:
        return None
    return (one.value - one.earlier) / abs(one.earlier)


def _agrees(written: _Written, value: float) -> bool:
    return any(abs(abs(value) - reading) <= slack * 1.0001 for reading, slack in written.readings)


def _told(one: FactValue, labels: Mapping[str, Sequence[str]]) -> str:
    name = next(iter(labels.get(one.metric, ())), one.metric)
    told = f"{name} {shown_amount(one.value, one.kind)}"
    if one.earlier is not None:
        told += f", {shown_amount(one.earlier, one.kind)} before"
        if (change := _relative(one)) is not None and not one.in_points:
            told += f", a change of {shown_amount(change, FieldType.PERCENT)}"
    return told if one.target is None else f"{told}, goal {shown_amount(one.target, one.kind)}"
