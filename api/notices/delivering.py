"""Sends what is due: each recipient is told once of each occasion, however often that takes, until it is given up."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from api.errors import ApiError
from api.mail.message import OutgoingMail
from api.mail.sender import Mailer
from api.notices.letters import letter, notice_document
from api.notices.recipients import recipients_of
from api.notices.records import Channel, DeliveryState, Notice, NoticeDelivery, NoticeState, Recipient
from api.notices.repository import NoticeRepository
from api.notices.webhook import find_webhook, post
from api.people.connection_owners import owner_addresses
from api.telemetry import log
from api.workspaces.database import MetadataDatabase
from api.workspaces.models import new_id
from api.workspaces.records import Workspace

# After a message was not taken; when all of these were in vain, it is given up, and the console says so.
BACKOFF = tuple(timedelta(minutes=one) for one in (1, 5, 15, 60, 240, 720, 1440))

Due: TypeAlias = Sequence[tuple[Notice, NoticeDelivery]]


@dataclass(frozen=True)
class Post:
    """How notices leave the house: `mailer` None sends no mail; links lead to `address`."""

    metadata: MetadataDatabase
    mailer: Mailer | None
    address: str
    product: str

    def deliver(self, workspace: Workspace, moment: datetime, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send a workspace's messages that are due, and return how many were taken."""
        self._plan(workspace, moment)
        taken = 0
        for due in self._due(workspace, moment):
            if stopping():
                break
            error = self._send(workspace, due)
            self._note(due, error, moment)
            taken += 0 if error else len(due)
        return taken

    def try_out(self, workspace: Workspace, address: str) -> list[tuple[Recipient, str | None]]:
        """Send a test to an e-mail address and to the webhook, and return what went wrong with each, if anything."""
        found: list[tuple[Recipient, str | None]] = []
        if self.mailer is not None:
            text = f"{self.product} at {self.address} can send you notices. Nothing has to be done.\n"
            try:
                self.mailer.send(OutgoingMail((address,), f"{self.product}: test notice", text))
            except ApiError as error:
                found.append((Recipient(Channel.EMAIL, address), str(error)))
            else:
                found.append((Recipient(Channel.EMAIL, address), None))
        webhook = find_webhook(self.metadata, workspace.id)
        if webhook is not None:
            key = f"test-{new_id()}"
            wrong = post(webhook, key, {"delivery": key, "notice": None, "test": True})
            found.append((Recipient(Channel.WEBHOOK, webhook.origin), wrong))
        return found

    def _plan(self, workspace: Workspace, moment: datetime) -> None:
        """Note who is to be told of what; a message that nobody needs any more is dropped."""
        with self.metadata.read() as session:
            notices = NoticeRepository(session).notices(workspace.id, NoticeState.OPEN, 10_000)
            mail = self.mailer is not None
            recipients = recipients_of(session, workspace.id, mail=mail) if notices else ()
            owners = owner_addresses(session, workspace.id) if notices and mail else {}
        wanted, dropped, again = _differences(notices, recipients, owners)
        if not (wanted or dropped or again):
            return
        with self.metadata.write() as session:
            repository = NoticeRepository(session)
            for notice, recipient in wanted:
                repository.add_delivery(notice, recipient, moment)
            for one in dropped:
                repository.change_delivery(one.id, {"state": DeliveryState.DROPPED.value})
            for one in again:
                repository.change_delivery(one.id, {"state": DeliveryState.WAITING.value, "next_try_at": moment})

    def _due(self, workspace: Workspace, moment: datetime) -> list[Due]:
        """Return what is due: all mail to one person together, each message to the webhook by itself."""
        with self.metadata.read() as session:
            notices = NoticeRepository(session).notices(workspace.id, NoticeState.OPEN, 10_000)
        mails: dict[str, list[tuple[Notice, NoticeDelivery]]] = {}
        posts: list[Due] = []
        for notice in notices:
            for one in notice.deliveries:
                if one.state is not DeliveryState.WAITING or one.next_try_at > moment:
                    continue
                if one.recipient.channel is Channel.EMAIL:
                    mails.setdefault(one.recipient.address, []).append((notice, one))
                else:
                    posts.append([(notice, one)])
        return [*mails.values(), *posts]

    def _send(self, workspace: Workspace, due: Due) -> str | None:
        """Send one message, and return None or what went wrong."""
        notice, delivery = due[0]
        try:
            if delivery.recipient.channel is Channel.EMAIL:
                assert self.mailer is not None  # _plan drops mail otherwise
                self.mailer.send(letter(self.product, self.address, workspace, due))
                return None
            webhook = find_webhook(self.metadata, workspace.id)
            if webhook is None:
                return "The webhook was removed."
            document = {"delivery": delivery.id, "notice": notice_document(notice, workspace, self.address)}
            return post(webhook, delivery.id, document)
        except ApiError as error:
            return str(error)
        except Exception as error:  # one message that cannot be made must not hold up the others
            log().error("a notice could not be sent", workspace=workspace.slug, notice=notice.id, exc_info=error)
            return f"It could not be sent: {type(error).__name__}. The server's log has more."

    def _note(self, due: Due, error: str | None, moment: datetime) -> None:
        with self.metadata.write() as session:
            repository = NoticeRepository(session)
            for _, one in due:
                if error is None:
                    repository.note_sent(one, moment)
                    continue
                given_up = one.tries >= len(BACKOFF)
                values: dict[str, object] = {"tries": one.tries + 1, "error": error}
                if given_up:
                    values["state"] = DeliveryState.FAILED.value
                else:
                    values["next_try_at"] = moment + BACKOFF[one.tries]
                repository.change_delivery(one.id, values)
        if error is not None:
            to = due[0][1].recipient
            log().warning("a notice was not taken", channel=to.channel.value, recipient=to.address, reason=error)


def _differences(
    notices: Iterable[Notice], everybody: Sequence[Recipient], owners: Mapping[str, str]
) -> tuple[list[tuple[Notice, Recipient]], list[NoticeDelivery], list[NoticeDelivery]]:
    """Return what is to be added, what is to be dropped, and what was dropped and is needed after all.

    `owners` are addresses by connection: who looks after one is told of it besides those who are told of everything.
    """
    wanted: list[tuple[Notice, Recipient]] = []
    dropped: list[NoticeDelivery] = []
    again: list[NoticeDelivery] = []
    for notice in notices:
        owner = owners.get(notice.finding.subject) if notice.subject_kind == "connection" else None
        own = () if owner is None else (Recipient(Channel.EMAIL, owner),)
        recipients = dict.fromkeys((*everybody, *own))
        current = {one.recipient: one for one in notice.deliveries if one.occasion == notice.finding.occasion}
        wanted += [(notice, one) for one in recipients if one not in current]
        again += [one for to, one in current.items() if one.state is DeliveryState.DROPPED and to in recipients]
        dropped += [
            one
            for one in notice.deliveries
            if one.state is DeliveryState.WAITING
            and (one.occasion != notice.finding.occasion or one.recipient not in recipients)
        ]
    return wanted, dropped, again
