"""Files of exchange rates: what they may look like, what is refused, and that the same file changes nothing."""

from datetime import date
from pathlib import Path

import pytest

from tests.warehouse.conftest import Rows
from tests.warehouse.rate_texts import bank_xml, rates_csv
from warehouse import ImportFileError, RateReport, WorkspaceDatabase
from warehouse.rate_files import MOST_BYTES, read_rates


def load_rates(database: WorkspaceDatabase, folder: Path, text: str, provider: str | None = None) -> RateReport:
    path = folder / "rates.txt"
    path.write_text(text, encoding="utf-8")
    return database.import_rates(path, provider)


STORED = "select rate_date::varchar, base, currency, rate, provider from normalised.fx_rate order by all"


def test_the_banks_daily_file(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    report = load_rates(database, tmp_path, bank_xml({"2026-11-20": {"USD": "1.0832", "JPY": "163.37"}}))

    assert (report.rates_read, report.rates_new, report.rates_refused) == (2, 2, 0)
    assert (report.first_day, report.last_day) == (date(2026, 11, 20), date(2026, 11, 20))
    assert rows(STORED) == [
        ("2026-11-20", "EUR", "JPY", 163.37, "ecb"),
        ("2026-11-20", "EUR", "USD", 1.0832, "ecb"),
    ]


def test_the_banks_history_and_what_changes_in_it(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    history = {"2026-11-20": {"USD": "1.10", "ISK": "142.9"}, "2026-11-19": {"USD": "1.09"}}
    load_rates(database, tmp_path, bank_xml(history))
    version = database.data_version()

    again = load_rates(database, tmp_path, bank_xml(history))
    assert (again.rates_new, again.rates_changed, database.data_version()) == (0, 0, version)

    corrected = load_rates(database, tmp_path, bank_xml({"2026-11-19": {"USD": "1.08"}, "2026-11-18": {"USD": "1.07"}}))
    assert (corrected.rates_new, corrected.rates_changed) == (1, 1)
    assert database.data_version() > version
    assert rows("select rate_date::varchar, rate from normalised.fx_rate where currency = 'USD' order by 1") == [
        ("2026-11-18", 1.07),
        ("2026-11-19", 1.08),
        ("2026-11-20", 1.1),
    ]


def test_the_banks_csv_has_a_column_for_each_currency(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    text = "Date,USD,JPY,CYP,\n2026-11-20,1.0832,163.37,N/A,\n2026-11-19,1.0811,N/A,N/A,\n"
    assert load_rates(database, tmp_path, text).rates_new == 3
    assert rows("select currency, count(*), any_value(base) from normalised.fx_rate group by 1 order by 1") == [
        ("JPY", 1, "EUR"),
        ("USD", 2, "EUR"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffDate,Base,Currency,Rate,Provider\n2026-11-20,usd,eur,0.9,bank\n",
        '[{"date": "2026-11-20", "base": "USD", "currency": "EUR", "rate": 0.9, "provider": "bank"}]',
        '{"date": "2026-11-20", "base": "USD", "provider": "bank", "rates": {"EUR": 0.9}}',
    ],
)
def test_other_files(database: WorkspaceDatabase, tmp_path: Path, rows: Rows, text: str) -> None:
    load_rates(database, tmp_path, text)
    assert rows(STORED) == [("2026-11-20", "USD", "EUR", 0.9, "bank")]


def test_a_named_provider_wins(database: WorkspaceDatabase, tmp_path: Path, rows: Rows) -> None:
    load_rates(database, tmp_path, rates_csv(("2026-11-20", "EUR", "USD", 1.1)), provider="house")
    assert rows(STORED) == [("2026-11-20", "EUR", "USD", 1.1, "house")]


def test_each_bad_line_is_named_and_the_others_load(database: WorkspaceDatabase, tmp_path: Path) -> None:
    report = load_rates(
        database,
        tmp_path,
        rates_csv(
            ("2026-11-20", "EUR", "USD", "1.1"),
            ("20.11.2026", "EUR", "GBP", "0.8"),
            ("2026-11-20", "EUR", "DOLLAR", "1.1"),
            ("2026-11-20", "EUR", "CHF", "0"),
            ("2026-11-20", "EUR", "SEK", '"11,5"'),
            ("2026-11-20", "EUR", "EUR", "1"),
            ("2026-11-20", "EUR", "USD", "1.2"),
            ("2026-11-20", "EUR", "NOK", "nan"),
            ("2026-11-20", "EUR"),
        ),
    )
    assert (report.rates_new, report.rates_refused) == (1, 8)
    assert [(problem.line, problem.column) for problem in report.problems] == [
        (3, "date"),
        (4, "currency"),
        (5, "rate"),
        (6, "rate"),
        (7, "currency"),
        (8, "rate"),
        (9, "rate"),
        (10, "currency"),
    ]


def test_a_bad_rate_in_xml_is_named_by_its_line(database: WorkspaceDatabase, tmp_path: Path) -> None:
    report = load_rates(database, tmp_path, bank_xml({"2026-11-20": {"USD": "1.1", "GBP": "-", "CHF": "0.9"}}))
    assert (report.rates_new, report.rates_refused) == (2, 1)
    assert [(problem.line, problem.value) for problem in report.problems] == [(10, "-")]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "DOCTYPE"),
        ("<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", "DOCTYPE"),
        ("<a><b/></a>", "eurofxref"),
        (bank_xml({"2026-11-20": {"USD": "1.1"}})[:-20], "not XML"),
        ("day,from,to\n", "no column"),
        ('{"date": ', "not JSON"),
        ("[1, 2]", "item 1"),
    ],
)
def test_a_file_that_is_none_is_refused(database: WorkspaceDatabase, tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(ImportFileError, match=words):
        load_rates(database, tmp_path, text)


def test_entities_are_never_expanded(tmp_path: Path) -> None:
    bomb = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY a{depth} '{'&a' + str(depth - 1) + ';' if depth else '&a;'}'>" * 1 for depth in range(9)
    )
    path = tmp_path / "bomb.xml"
    path.write_text(f"{bomb}]><a>&a8;</a>")
    with pytest.raises(ImportFileError, match="DOCTYPE"):
        read_rates(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(ImportFileError, match="larger than 64 MB"):
        read_rates(path)


def test_what_is_listed(database: WorkspaceDatabase, tmp_path: Path) -> None:
    assert database.rates() == []
    load_rates(database, tmp_path, bank_xml({"2026-11-20": {"USD": "1.10"}, "2026-11-19": {"USD": "1.09"}}))
    load_rates(database, tmp_path, rates_csv(("2026-01-01", "EUR", "USD", 1.2)), provider="fixed")
    listed = [(span.base, span.currency, span.provider, span.rates, span.last_rate) for span in database.rates()]
    assert listed == [("EUR", "USD", "ecb", 2, 1.1), ("EUR", "USD", "fixed", 1, 1.2)]
