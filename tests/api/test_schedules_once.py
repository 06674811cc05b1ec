"""Never twice: two programs at the same metadata, both killed in the middle; and clocks that go out of step."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import text

from api.errors import InvalidSettingError
from api.schedules.letters import Envelope as Letter
from api.schedules.periods import PERIODS, days_of
from api.schedules.planning import keep
from api.schedules.records import RunState
from api.schedules.repository import Schedules
from api.schedules.runs import LEASE, Runs
from api.schedules.sending import ReportMails
from api.schedules.timing import check_timing, cron_of, form_of, last_until, next_after
from api.schedules.wishes import ScheduleWish
from api.schedules.words import WORDS
from api.settings import Settings
from api.workspaces.records import Caller
from api.workspaces.repository import Repository
from api.workspaces.service import find_or_create_workspace
from api.world import World, open_world
from tests.api.mailbox import Mailbox, mail_server
from tests.api.serving import MAPPING, load, write_tickets

MONDAY = datetime(2025, 3, 10, 7, tzinfo=UTC)
PEOPLE = ("ana", "bo", "cem", "dora", "eve", "fay")

# A server's own loop without the server: it opens everything and looks once.
PROGRAM = """
import sys
from datetime import datetime
from api.schedules.sending import ReportMails
from api.settings import Settings
from api.world import open_world
with open_world(Settings(log_level="warning")) as world:
    ReportMails(world).look(datetime.fromisoformat(sys.argv[1]))
"""


class DeadlyMailbox(Mailbox):
    """A mail server that kills the program whose mail comes first, when the next one's is there, without an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.victim = 0
        self.first, self.next = threading.Event(), threading.Event()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a mail."""
        answer = await super().handle_DATA(server, session, envelope)
        if self.first.is_set():
            self.next.set()
            return answer
        self.first.set()
        await asyncio.to_thread(self.next.wait, 60)
        os.kill(self.victim, signal.SIGKILL)
        return answer

    @property
    def got(self) -> Counter[str]:
        """Count the mails of each recipient."""
        return Counter(to.partition("@")[0] for _, several, _ in self.took for to in several)


def _program(folder: Path, metadata: Path, box: Mailbox) -> "subprocess.Popen[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BELVEDERE_")}
    own = {
        "BELVEDERE_DATA_DIR": str(folder),
        "BELVEDERE_DATABASE_URL": f"sqlite:///{metadata}",
        "BELVEDERE_SMTP_URL": f"smtp://127.0.0.1:{box.port}?tls=none",
        "BELVEDERE_MAIL_FROM": "reports@example.org",
    }
    command = [sys.executable, "-c", PROGRAM, MONDAY.isoformat()]
    return subprocess.Popen(command, env={**kept, **own}, text=True)


def test_each_recipient_gets_it_once_though_two_programs_send_it_and_one_is_killed(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    mapping = tmp_path / "tickets.yaml"
    mapping.write_text(MAPPING, encoding="utf-8")
    box = DeadlyMailbox()
    with mail_server(box):
        values = {"data_dir": first, "smtp_url": f"smtp://127.0.0.1:{box.port}?tls=none", "log_level": "warning"}
        settings = Settings.model_validate({**values, "mail_from": "reports@example.org"})
        with open_world(settings) as world:
            load(world, "main", "Acme", write_tickets(tmp_path / "acme.csv", 240, 3), mapping)
            main = find_or_create_workspace(world.metadata, "main")
            with world.metadata.read() as session:
                clients = tuple(Repository(session).client_accounts(main.id))
            caller = Caller("test", "test", main, clients, narrowed=False)
            wish = ScheduleWish("first-look", "acme", "Weekly", tuple(f"{one}@example.com" for one in PEOPLE))
            schedule = keep(world, caller, wish, "test", MONDAY)
            with world.metadata.write() as session:
                Schedules(session, main.id).change(schedule, {"attach_pdf": False, "next_run_at": MONDAY})
            for durable, level in ((True, 2), (False, 1), (True, 2)):  # of SQLite: full, normal
                with world.metadata.write(durable=durable) as session:
                    assert session.scalar(text("pragma synchronous")) == level
            world.warehouse.close()  # at once, whatever other tests' threads still do: its files are copied
        shutil.copytree(first, second)
        with open_world(settings) as world, _program(second, first / "belvedere.sqlite", box) as program:
            box.victim = program.pid
            assert box.first.wait(60)
            rival = threading.Thread(target=ReportMails(world).look, args=(MONDAY,))
            rival.start()
            assert program.wait(timeout=60) == -signal.SIGKILL
            rival.join(timeout=60)
            assert box.got == Counter(PEOPLE)
            # Whoever holds a mail may be slow: that he is dead is not known before his time is over.
            assert _states(world, schedule) == {**dict.fromkeys(PEOPLE, "sent"), PEOPLE[0]: "sending"}
            ReportMails(world).look(MONDAY + LEASE / 2)
            assert _states(world, schedule)[PEOPLE[0]] == "sending"
            for later in (LEASE + timedelta(minutes=2), timedelta(days=2)):
                ReportMails(world).look(MONDAY + later)
            assert _states(world, schedule) == {**dict.fromkeys(PEOPLE, "sent"), PEOPLE[0]: "unknown"}
            assert box.got == Counter(PEOPLE), "what may have arrived is not sent again"
            with world.metadata.read() as session:
                (run,) = Runs(session).history([schedule])
            assert run.state is RunState.DONE


def _states(world: World, schedule: str) -> dict[str, str]:
    with world.metadata.read() as session:
        (run,) = Runs(session).history([schedule])
    return {one.recipient.partition("@")[0]: one.state.value for one in run.deliveries}


def _local(cron: str, after: datetime, count: int = 3) -> list[str]:
    found, moment = [], after
    for _ in range(count):
        moment = next_after(cron, "Europe/Athens", moment)
        found.append(f"{moment:%d %H:%M}")
    return found


def test_both_changes_of_the_clock() -> None:
    """In Athens the hour from 3 is left out on 29 March 2026, and comes twice on 25 October."""
    spring, autumn = datetime(2026, 3, 27, 22, tzinfo=UTC), datetime(2026, 10, 23, 22, tzinfo=UTC)
    assert _local("0 8 * * *", spring) == ["28 06:00", "29 05:00", "30 05:00"]
    assert _local("0 8 * * *", autumn) == ["24 05:00", "25 06:00", "26 06:00"]
    assert _local("30 3 * * *", spring) == ["28 01:30", "29 01:00", "30 00:30"], (
        "right behind the hour that is not there"
    )
    assert _local("30 3 * * *", autumn) == ["24 00:30", "25 00:30", "26 01:30"], "once, though its time comes twice"
    slept = datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert last_until("0 8 * * *", "Europe/Athens", slept, slept + timedelta(days=9, hours=1)).day == 7
    assert last_until("0 8 * * *", "Europe/Athens", slept, slept) == slept


def test_periods_end_on_a_day_that_is_over() -> None:
    new_year = date(2026, 1, 1)
    expected = {
        "yesterday": ("2025-12-31", "2025-12-31"),
        "last_full_week": ("2025-12-22", "2025-12-28"),
        "last_7_days": ("2025-12-25", "2025-12-31"),
        "last_28_days": ("2025-12-04", "2025-12-31"),
        "last_full_month": ("2025-12-01", "2025-12-31"),
        "month_to_date": ("2025-12-01", "2025-12-31"),
        "last_full_quarter": ("2025-10-01", "2025-12-31"),
        "year_to_date": ("2025-01-01", "2025-12-31"),
    }
    assert {name: tuple(day.isoformat() for day in days_of(name, new_year)) for name in PERIODS} == expected
    assert days_of("last_full_week", new_year, 6) == (date(2025, 12, 21), date(2025, 12, 27))
    assert days_of("last_full_month", date(2024, 3, 31)) == (date(2024, 2, 1), date(2024, 2, 29))


def test_a_line_that_would_send_the_same_days_twice_is_refused() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    for cron, period in (
        ("0 8 * * 1", "last_full_week"),
        ("0 8 1 * *", "last_full_month"),
        ("0 8 * * 1-5", "yesterday"),
    ):
        assert check_timing(f" {cron} ", "UTC", period, 0, now) == cron  # type: ignore[arg-type]
    for cron, period in (
        ("0 8,17 * * *", "yesterday"),
        ("0 8 1,29 * *", "last_full_month"),
        ("0 8 * * 1", "last_full_quarter"),
    ):
        with pytest.raises(InvalidSettingError, match="the same days are sent once"):
            check_timing(cron, "UTC", period, 0, now)  # type: ignore[arg-type]
    for form in (("daily", "07:05"), ("workdays", "23:59"), ("weekly", "08:00"), ("monthly", "8:30")):
        cron = cron_of(*form, "Sunday", "28", "")
        assert form_of(cron)["how"] == form[0]
        shown = form_of(cron)
        assert cron_of(form[0], shown["at"], shown.get("weekday", ""), shown.get("month_day", ""), "") == cron
    assert form_of("0 8 31 * *")["how"] == "cron"


def test_every_language_has_the_same_places_to_fill_in() -> None:
    filled = {"days": 60, "size": "7.1", "until": "U", "sender": "S", "address": "A", "name": "N"}
    english = WORDS["en"]
    assert set(WORDS) == {"en", "pt", "es", "ro", "el", "zh-Hans"}
    for locale, words in WORDS.items():
        for name, told in vars(words).items():
            places = [part for part in filled if f"{{{part}}}" in getattr(english, name)]
            assert all(f"{{{part}}}" in told for part in places), f"{locale}.{name}"
            assert told.format(**filled), f"{locale}.{name}"
        assert not set("şţŞŢ") & set("".join(vars(words).values()))
    assert Letter("a@b.org", "key", "S").is_test
