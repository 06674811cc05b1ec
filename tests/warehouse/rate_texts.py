"""Files of exchange rates as their publishers write them."""

from collections.abc import Mapping, Sequence

Days = Mapping[str, Mapping[str, str]]

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
"""


def bank_xml(days: Days) -> str:
    """Write the European Central Bank's file: one day makes the daily one, several that of 90 days or all history."""
    body = ""
    for day, rates in days.items():
        listed = "".join(f"\t\t\t<Cube currency='{code}' rate='{rate}'/>\n" for code, rate in rates.items())
        body += f"\t\t<Cube time='{day}'>\n{listed}\t\t</Cube>\n"
    return f"{_HEAD}{body}\t</Cube>\n</gesmes:Envelope>\n"


def rates_csv(*rows: Sequence[object]) -> str:
    """Write rows of date, base, currency and rate."""
    return "date,base,currency,rate\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)
