"""Sends scheduled reports: what is due is noted, waits for its data, is made once, and goes to each recipient once.

Before the first word to the mail server, the mail is noted as being handed over; so whoever dies in between leaves a
note, and nobody sends it a second time by himself.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy.exc import IntegrityError

from api.errors import ApiError, InvalidSettingError, MailUncertainError, MalformedRequestError, RecipientRefusedError
from api.mail.sender import Mailer
from api.notices.delivering import BACKOFF
from api.problems import problem_of
from api.reports import template_of
from api.schedules.freshness import Lacking, lacking_of, words_of
from api.schedules.letters import Envelope, letter
from api.schedules.making import MadeReport, forget_link, make_report, reader_of
from api.schedules.planning import days_at
from api.schedules.records import Delivery, DeliveryState, Run, RunState, Schedule
from api.schedules.runs import Runs
from api.schedules.timing import last_until, next_after
from api.telemetry import log
from api.workspaces.models import new_id, now
from api.workspaces.repository import Repository
from api.workspaces.service import digest
from api.world import World

SECONDS_BETWEEN_LOOKS = 5.0
STOP_PREFIX = "bvu_"
_BETWEEN_LOOKS_AT_DATA = timedelta(minutes=2)
_NO_SERVER = "No mail server is set. Set BELVEDERE_SMTP_URL and BELVEDERE_MAIL_FROM, and start the server again."

Clock: TypeAlias = Callable[[], datetime]  # what time it is, while a long look goes on


@dataclass(frozen=True)
class _Outcome:
    """What became of one try to hand over a mail."""

    state: DeliveryState
    error: str | None = None


class ReportMails:
    """Looks every few seconds at what is due. The tables say what was done, so it remembers nothing itself."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._metadata = world.metadata

    def run(self, stopping: threading.Event) -> None:
        """Look until the program ends."""
        while not stopping.wait(SECONDS_BETWEEN_LOOKS):
            if self._world.cache.loop is None:
                continue  # the server, by which the data are asked for, is about to begin or to end
            try:
                self.look(now(), stopping)
            except Exception as error:  # It must outlive a metadata database that is away for a while.
                log().error("scheduled reports could not be looked after", exc_info=error)

    def look(self, moment: datetime, stopping: threading.Event | None = None, *, only: str | None = None) -> int:
        """Do what is due at a moment, be it of only one schedule, and return how many mails were taken."""
        begun = time.monotonic()

        def at() -> datetime:
            return moment + timedelta(seconds=time.monotonic() - begun)

        if only is None:
            self._plan(moment)
        self._tell_unknown(moment)
        with self._metadata.read() as session:
            runs = [one for one in Runs(session).open(moment) if only in (None, one.schedule_id)]
        taken = 0
        for run in runs:
            if stopping is not None and stopping.is_set():
                break
            try:
                taken += self._go_on(run, at, stopping)
            except Exception as error:  # one report that cannot be made must not hold up the others
                foreseen = problem_of(error).own_text
                log().warning("a scheduled report was not sent", run=run.id, exc_info=None if foreseen else error)
                self._give_back(run, _words(error), at())
        return taken

    def _tell_unknown(self, moment: datetime) -> None:
        with self._metadata.read() as session:
            lost = Runs(session).lost(moment)
        if lost:
            with self._metadata.write() as session:
                Runs(session).tell_unknown(moment)
            log().warning("what became of report mails is not known", count=lost)

    def _plan(self, moment: datetime) -> None:
        """Note what has become due, and give each schedule its next date."""
        with self._metadata.read() as session:
            due = [(one, Repository(session).workspace_by_id(one.workspace_id)) for one in Runs(session).due(moment)]
        for schedule, workspace in due:
            try:
                again = next_after(schedule.cron, schedule.timezone, moment)
                with self._metadata.write() as session:
                    mine = Runs(session).move_on(schedule, again)
                    if not mine or schedule.next_run_at is None or Runs(session).rests(schedule):
                        continue
                    at = last_until(schedule.cron, schedule.timezone, schedule.next_run_at, moment)
                    days = days_at(schedule, workspace, at)
                    Runs(session).add(schedule, days, at)
            except InvalidSettingError as error:
                log().error("a schedule cannot be read", schedule=schedule.id, exc_info=error)
            except IntegrityError:
                log().info("another process has planned this report", schedule=schedule.id)

    def _go_on(self, run: Run, at: Clock, stopping: threading.Event | None) -> int:
        with self._metadata.read() as session:
            schedule = Runs(session).schedule_of(run)
            rests = Runs(session).rests(schedule)
        if rests:
            with self._metadata.write() as session:
                Runs(session).drop_open(schedule.id)
                Runs(session).settle_run(run, at())
            return 0
        lacking: tuple[Lacking, ...] = ()
        if run.state is RunState.WAITING or run.is_late:
            caller, client = reader_of(self._world, schedule)
            report = template_of(self._world, caller, schedule.template_id)
            lacking = lacking_of(self._world, caller, report, client, run.last)
        if run.state is RunState.WAITING:
            if lacking and at() < run.deadline_at:
                self._wait(run, lacking, at())
                return 0
            values = {"state": RunState.SENDING.value, "lacking": words_of(lacking) or None, "is_late": bool(lacking)}
            self._change(run, values)
        return self._send(schedule, run, lacking, at, stopping)

    def _wait(self, run: Run, lacking: tuple[Lacking, ...], moment: datetime) -> None:
        again = min(moment + _BETWEEN_LOOKS_AT_DATA, run.deadline_at)
        self._change(run, {"lacking": words_of(lacking), "next_look_at": again})

    def _send(
        self,
        schedule: Schedule,
        run: Run,
        lacking: tuple[Lacking, ...],
        at: Clock,
        stopping: threading.Event | None,
    ) -> int:
        due = [one for one in run.deliveries if one.state is DeliveryState.WAITING and one.next_try_at <= at()]
        outcomes: list[_Outcome] = []
        if due:
            mailer = self._world.mailer
            if mailer is None:
                self._give_back(run, _NO_SERVER, at())
                return 0
            made = make_report(self._world, schedule, (run.first, run.last), lacking)
            for one in due:
                if stopping is not None and stopping.is_set():
                    break
                outcomes += self._hand_over(schedule, made, one, mailer, at)
            if not any(one.state in (DeliveryState.SENT, DeliveryState.UNKNOWN) for one in outcomes):
                forget_link(self._world, schedule, made)
        with self._metadata.write() as session:
            Runs(session).settle_run(run, at())
        return sum(1 for one in outcomes if one.state is DeliveryState.SENT)

    def _hand_over(
        self, schedule: Schedule, made: MadeReport, delivery: Delivery, mailer: Mailer, at: Clock
    ) -> list[_Outcome]:
        """Hand one mail to the mail server, unless somebody else does or nobody wants it any more."""
        token, claim = STOP_PREFIX + secrets.token_urlsafe(32), new_id()
        settings = self._world.settings
        envelope = Envelope(
            delivery.recipient,
            f"report-{delivery.id}",
            settings.product_name,
            f"{settings.address}/unsubscribe/{token}",
        )
        mail = letter(made, envelope)
        # From here on nobody else sends it, whatever becomes of this process; the disk knows it too.
        with self._metadata.write(durable=True) as session:
            if not Runs(session).claim(delivery, schedule, claim, digest(token), at()):
                return []
        outcome = _Outcome(DeliveryState.SENT)
        try:
            mailer.send(mail)
        except MailUncertainError as error:
            outcome = _Outcome(DeliveryState.UNKNOWN, str(error))
        except (RecipientRefusedError, MalformedRequestError) as error:
            outcome = _Outcome(DeliveryState.FAILED, str(error))
        except ApiError as error:
            outcome = _Outcome(DeliveryState.WAITING, str(error))
        with self._metadata.write() as session:
            Runs(session).settle(delivery, claim, _noted(outcome, delivery.tries, at()))
        told = {"schedule": schedule.id, "recipient": delivery.recipient, "state": outcome.state.value}
        log().info("report mail", **told, reason=outcome.error)
        return [outcome]

    def _give_back(self, run: Run, error: str, moment: datetime) -> None:
        """Note for all mails of a run that they could not be made; they are tried again, and given up one day."""
        with self._metadata.write() as session:
            runs = Runs(session)
            for one in run.deliveries:
                if one.state is DeliveryState.WAITING and one.next_try_at <= moment:
                    values = _noted(_Outcome(DeliveryState.WAITING, error), one.tries, moment)
                    runs.postpone(one, {**values, "tries": one.tries + 1})
            runs.settle_run(run, moment)

    def _change(self, run: Run, values: Mapping[str, object]) -> None:
        with self._metadata.write() as session:
            Runs(session).change(run, values)


def _noted(outcome: _Outcome, tries: int, moment: datetime) -> dict[str, object]:
    """Return the columns of a mail after a try; what may be tried again has its time, until it is given up."""
    state = outcome.state
    values: dict[str, object] = {"error": outcome.error}
    if state is DeliveryState.WAITING and tries >= len(BACKOFF):
        state = DeliveryState.FAILED
    elif state is DeliveryState.WAITING:
        values["next_try_at"] = moment + BACKOFF[tries]
    if state is DeliveryState.SENT:
        values["sent_at"] = moment
    return {**values, "state": state.value}


def _words(error: Exception) -> str:
    if problem_of(error).own_text:
        return str(error)
    return f"The report could not be made: {type(error).__name__}. The server's log has more."
