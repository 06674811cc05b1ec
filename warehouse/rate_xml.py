"""The European Central Bank's reference rates in XML: today, the last 90 days and the whole history look alike.

Nothing but elements and attributes is read: a document type, and with it every entity, is refused.
"""

from collections.abc import Mapping
from xml.parsers import expat

from warehouse.errors import ImportFileError

PROVIDER_OF_BANK = "ecb"
_NAMESPACE = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref"


def read_xml(content: bytes, name: str) -> list[tuple[int, str, str, str]]:
    """Return line, day, currency and rate of each rate as text: units of the currency for one euro."""
    reader = _Reader(name)
    reader.parse(content)
    if not reader.found:
        raise ImportFileError(
            f"{name} has no rates in it: it is XML, but not the European Central Bank's eurofxref file."
        )
    return reader.found


class _Reader:
    def __init__(self, name: str) -> None:
        self.found: list[tuple[int, str, str, str]] = []
        self._name = name
        self._day = ""
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start

    def parse(self, content: bytes) -> None:
        try:
            self._parser.Parse(content, True)  # noqa: FBT003 - that this is all there is
        except expat.ExpatError as error:
            raise ImportFileError(f"{self._name} is not XML: {error}.") from error

    def _refuse(self, *_parts: object) -> None:
        raise ImportFileError(
            f"{self._name}, line {self._parser.CurrentLineNumber}: a file of rates has no DOCTYPE. It was not read."
        )

    def _start(self, element: str, attributes: Mapping[str, str]) -> None:
        if element != f"{_NAMESPACE} Cube":
            return
        self._day = attributes.get("time", self._day)
        if "currency" in attributes or "rate" in attributes:
            line = self._parser.CurrentLineNumber
            self.found.append((line, self._day, attributes.get("currency", ""), attributes.get("rate", "")))
