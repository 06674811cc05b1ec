"""Ways in: passwords, second factors, links for a new password, sessions, and OpenID Connect at a real provider."""

import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import FrameType

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, select, update

from api.errors import NotAllowedError, RateLimitExceededError, StartError
from api.people.models import (
    AccessGrantRow,
    InvitationRow,
    MembershipRow,
    PersonIdentityRow,
    PersonRow,
    PersonSessionRow,
    RecoveryCodeRow,
    ResetLinkRow,
    SecondFactorRow,
    WorkspaceSecurityRow,
)
from api.people.passwords import hash_password
from api.people.providers import read_providers
from api.people.roles import Role
from api.people.totp import SECONDS, code_at, step_of
from api.people.tries import Tries
from api.settings import Settings
from api.weak_secrets import check_secrets
from api.workspaces.models import now
from api.workspaces.service import find_or_create_workspace
from api.workspaces.vault import rotate
from api.world import World, open_world
from tests.api.browsing import PASSWORD, Browser
from tests.api.fake_issuer import CLIENT_ID, CLIENT_SECRET, FakeIssuer, Lies
from tests.api.mailbox import Mailbox, mail_server
from tests.api.serving import serving, wait_until

OWNER = "ana@example.com"


@dataclass(frozen=True)
class House:
    """A server with one owner, a mail server and a provider."""

    world: World
    address: str
    mailbox: Mailbox
    issuer: FakeIssuer

    def person(self, email: str) -> PersonRow | None:
        """Return a person as he is kept."""
        with self.world.metadata.read() as session:
            return session.scalar(select(PersonRow).where(PersonRow.email == email))

    def add(self, email: str, role: Role | None = Role.MANAGER, *, verified: bool = True) -> str:
        """Put a person there and return his id."""
        workspace = _workspace_id(self.world)
        with self.world.metadata.write() as session:
            moment = now() if verified else None
            row = PersonRow(email=email, name=email, password=_HASHED, verified_at=moment)
            session.add(row)
            session.flush()
            if role is not None:
                session.add(MembershipRow(person_id=row.id, workspace_id=workspace, role=role.value))
            return row.id


_HASHED = hash_password(PASSWORD)


def _workspace_id(world: World) -> str:
    return find_or_create_workspace(world.metadata, None).id


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("sign_in")
    with ExitStack() as stack:
        mailbox, issuer = stack.enter_context(mail_server()), stack.enter_context(FakeIssuer())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        for name, value in (
            ("ISSUER", issuer.address),
            ("CLIENT_ID", CLIENT_ID),
            ("CLIENT_SECRET", CLIENT_SECRET),
            ("LABEL", "The Company"),
        ):
            patch.setenv(f"BELVEDERE_OIDC_COMPANY_{name}", value)
        settings = Settings(
            data_dir=folder / "data",
            log_level="error",
            smtp_url=f"smtp://127.0.0.1:{mailbox.port}?tls=none",  # type: ignore[arg-type]  # as the environment does
            mail_from="Belvedere <house@example.org>",
        )
        world = stack.enter_context(open_world(settings))
        yield House(world, stack.enter_context(serving(world)), mailbox, issuer)


@pytest.fixture(autouse=True)
def fresh(house: House) -> None:
    """Begin every test with the owner alone, an empty mailbox and an honest provider."""
    house.world.people.tries = Tries()
    house.issuer.lies, house.issuer.person = Lies(), {}
    house.mailbox.took.clear()
    with house.world.metadata.write() as session:
        for table in (PersonRow, InvitationRow, AccessGrantRow, WorkspaceSecurityRow):
            session.execute(delete(table))
    house.add(OWNER, Role.OWNER)


@pytest.fixture
def browser(house: House) -> Iterator[Browser]:
    with Browser(house.address) as browser:
        yield browser


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, the rows of SHA-1; the secret is the ASCII text 12345678901234567890."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for moment, code in (
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ):
        assert code_at(secret, moment // SECONDS, 8) == code
        shown = code_at(secret, moment // SECONDS)
        assert [step_of(secret, shown, moment + off * SECONDS) is not None for off in (-2, -1, 0, 1, 2)] == [
            False, True, True, True, False,
        ]  # fmt: skip
        assert step_of(secret, shown, moment, after=moment // SECONDS) is None
    assert step_of(secret, "٩٤٢٨٧٠", 59) is None


def verified_passwords(house: House, email: str, password: str) -> list[str]:
    """Sign in and return the cost of every hash that was verified on the way."""
    seen: list[str] = []

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is PasswordHasher.verify.__code__:
            seen.append(str(frame.f_locals["hash"]).rsplit("$", 2)[0])

    sys.setprofile(watch)
    try:
        house.world.people.sign_in(email, password, "10.0.0.1")
    except NotAllowedError as error:
        seen.append(str(error))
    finally:
        sys.setprofile(None)
    return seen


class TestPasswords:
    def test_a_stranger_costs_what_a_person_costs(self, house: House) -> None:
        with house.world.metadata.write() as session:  # signs in elsewhere
            session.add(PersonRow(email="only@example.com", name="x", password=""))
        tried = [
            verified_passwords(house, one, "wrong password") for one in (OWNER, "no@example.com", "only@example.com")
        ]
        assert tried[0] == tried[1] == tried[2]
        assert len(tried[0]) == 2  # one verification, then the same words
        assert tried[0][0].startswith("$argon2id$v=19$m=")

    def test_tries_are_counted_by_person_and_by_address(self, house: House, browser: Browser) -> None:
        for _ in range(9):
            house.world.people.tries.count(f"email {OWNER}")
        assert browser.sign_in(OWNER, "wrong").status_code == 403
        refused = browser.sign_in(OWNER)
        assert (refused.status_code, int(refused.headers["retry-after"]) > 200) == (429, True)
        clock = [0.0]
        tries = Tries(2, 60, lambda: clock[0])
        tries.count("a")
        tries.count("a")
        with pytest.raises(RateLimitExceededError):
            tries.count("a")
        tries.count("b")
        clock[0] = 61
        tries.count("a")

    def test_a_new_password_ends_all_other_sessions(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        with Browser(house.address) as other:
            other.sign_in(OWNER)
            before = browser.client.cookies["belvedere_person"]
            wrong = browser.send("/console/me/password", {"old": "wrong", "new": "another good sentence"})
            assert (wrong.status_code, "present password is wrong" in wrong.text) == (422, True)
            done = browser.send("/console/me/password", {"old": PASSWORD, "new": "another good sentence"})
            assert done.headers["location"] == "/console/me?said=password"
            assert browser.client.cookies["belvedere_person"] != before
            assert (browser.get("/console/me").status_code, other.get("/console/me").status_code) == (200, 303)
            assert other.sign_in(OWNER).status_code == 403

    def test_sessions_are_listed_and_end_one_by_one_and_together(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605.1 Version/18.0 Safari/604.1"
        with Browser(house.address, agent) as phone, Browser(house.address) as third:
            phone.sign_in(OWNER)
            page = browser.get("/console/me").text
            assert "Firefox on Linux" in page
            assert "Safari on iPhone" in page
            (session,) = re.findall(r"/console/me/sessions/(\w+)/end\"", page)
            house.add("max@example.com")
            third.sign_in("max@example.com")
            assert third.send(f"/console/me/sessions/{session}/end").status_code == 404
            assert browser.send(f"/console/me/sessions/{session}/end").status_code == 303
            assert (phone.get("/console/me").status_code, browser.get("/console/me").status_code) == (303, 200)
            phone.sign_in(OWNER)
            assert browser.send("/console/me/sessions/end-all").status_code == 303
            assert (phone.get("/console/me").status_code, third.get("/console/me").status_code) == (303, 200)


class TestForgotten:
    def link(self, house: House, browser: Browser, email: str) -> str:
        answer = browser.client.post("/console/forgot", data={"email": email})
        assert "If there is an account" in answer.text
        wait_until(lambda: bool(house.mailbox.took), 10)
        text = str(house.mailbox.took.pop()[2].get_content())
        return str(re.findall(r"/console/reset/[\w-]+", text)[0])

    def test_the_link_goes_to_the_address_and_works_once(self, house: House, browser: Browser) -> None:
        unknown = browser.client.post("/console/forgot", data={"email": "nobody@example.com"})
        known = browser.client.post("/console/forgot", data={"email": OWNER})
        assert unknown.text == known.text
        wait_until(lambda: len(house.mailbox.took) == 1, 10)
        first = re.findall(r"/console/reset/[\w-]+", str(house.mailbox.took.pop()[2].get_content()))[0]
        link = self.link(house, browser, OWNER.upper())
        assert browser.get(first).status_code == 404  # the newer one counts
        assert browser.client.post(link, data={"password": "short"}).status_code == 422
        assert browser.client.post(link, data={"password": "another good sentence"}).status_code == 303
        assert browser.get("/console/me").status_code == 200
        assert browser.get(link).status_code == 404
        late = self.link(house, browser, OWNER)
        with house.world.metadata.write() as session:
            session.execute(update(ResetLinkRow).values(expires_at=now()))
        assert browser.get(late).status_code == 404

    def test_who_waited_in_the_account_is_out(self, house: House, browser: Browser) -> None:
        """Somebody makes an account for an address that is not his, with a second factor, and waits."""
        house.add("victim@example.com", verified=False)
        browser.sign_in("victim@example.com")
        second_factor(browser)
        with Browser(house.address) as victim:
            done = victim.client.post(
                self.link(house, victim, "victim@example.com"), data={"password": "another good sentence"}
            )
            assert done.headers["location"] == "/console"
            assert victim.get("/console/me").status_code == 200
        assert browser.get("/console/me").status_code == 303


def second_factor(browser: Browser) -> tuple[str, list[str]]:
    """Set up a second factor and return its secret and the recovery codes."""
    page = browser.get("/console/me/second-factor").text
    secret = re.findall(r"data-secret>([A-Z2-7 ]+)<", page)[0].replace(" ", "")
    assert "<svg" in page
    assert f"secret={secret}" in page
    done = browser.send("/console/me/second-factor", {"code": code_at(secret, int(time.time()) // SECONDS)})
    assert done.status_code == 200, done.text
    return secret, re.findall(r"<li>((?:\w{4}-){3}\w{4})</li>", done.text)


def forget_last_code(house: House) -> None:
    """Let the codes of this half minute work again, for tests that do not wait for the next one."""
    with house.world.metadata.write() as session:
        session.execute(update(SecondFactorRow).values(last_step=0))


class TestSecondFactor:
    def test_it_is_asked_for_after_the_password_and_a_code_works_once(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        before = browser.client.cookies["belvedere_person"]
        secret, codes = second_factor(browser)
        assert len(set(codes)) == 10
        assert browser.client.cookies["belvedere_person"] != before
        with house.world.metadata.read() as session:
            kept = session.scalars(select(SecondFactorRow)).one()
            assert secret not in kept.secret
            stored = {one.digest for one in session.scalars(select(RecoveryCodeRow))}
            assert not {one.replace("-", "") for one in codes} & stored
        with Browser(house.address) as other:
            sent = other.sign_in(OWNER, after="/console/keys")
            assert sent.headers["location"] == "/console/sign-in/code?next=/console/keys"
            for path in ("/console/me", "/console/keys", "/v1/session"):
                assert other.get(path).status_code in {303, 401}, path
            code = code_at(secret, int(time.time()) // SECONDS)
            assert other.client.post("/console/sign-in/code", data={"code": code}).status_code == 403  # used
            forget_last_code(house)
            pending = other.client.cookies["belvedere_person"]
            done = other.client.post("/console/sign-in/code", data={"code": code, "next": "/console/keys"})
            assert done.headers["location"] == "/console/keys"
            assert other.client.cookies["belvedere_person"] != pending
            assert other.get("/console/keys").status_code == 200
        for number, expected in ((0, 303), (0, 403), (1, 303)):
            with Browser(house.address) as other:
                other.sign_in(OWNER)
                assert other.client.post("/console/sign-in/code", data={"code": codes[number]}).status_code == expected
        assert "You have 8 recovery codes left" in browser.get("/console/me").text
        assert browser.send("/console/me/second-factor/remove", {"code": "000000"}).status_code == 422
        assert browser.send("/console/me/second-factor/remove", {"code": codes[2]}).status_code == 303
        assert browser.sign_in(OWNER).headers["location"] == "/console"

    def test_guessing_codes_is_counted(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        second_factor(browser)
        browser.sign_in(OWNER)
        answers = [
            browser.client.post("/console/sign-in/code", data={"code": f"{number:06}"}).status_code
            for number in range(10)
        ]
        assert set(answers) <= {403, 429}
        assert answers[-1] == 429

    def test_a_workspace_may_demand_it(self, house: House, browser: Browser) -> None:
        house.add("max@example.com")
        browser.sign_in(OWNER)
        on = {"second_factor": "yes"}
        refused = browser.send("/console/people/security", on)
        assert (refused.status_code, "your own second factor first" in refused.text) == (422, True)
        second_factor(browser)
        assert browser.send("/console/people/security", on).status_code == 303
        with Browser(house.address) as manager:
            manager.sign_in("max@example.com")
            assert manager.get("/console/keys").headers["location"] == "/console/me"
            assert manager.json("/v1/session").status_code == 403
            assert "second factor only" in manager.get("/console/me").text
            second_factor(manager)
            assert manager.get("/console/keys").status_code == 200

    def test_its_secret_is_encrypted_anew_with_the_others(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        secret, _ = second_factor(browser)
        with house.world.metadata.read() as session:
            before = session.scalars(select(SecondFactorRow.secret)).one()
        assert rotate(house.world.settings, house.world.metadata)[0] >= 1
        with house.world.metadata.read() as session:
            assert session.scalars(select(SecondFactorRow.secret)).one() != before
        forget_last_code(house)
        browser.sign_in(OWNER)
        code = code_at(secret, int(time.time()) // SECONDS)
        assert browser.client.post("/console/sign-in/code", data={"code": code}).status_code == 303


class TestInvitedByMail:
    def test_the_link_is_mailed_and_proves_the_address(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        sent = browser.send("/console/people/invite", {"email": "ben@example.com", "role": "manager"})
        assert sent.headers["location"] == "/console/people?said=invited"
        ((_, to, mail),) = house.mailbox.took
        assert to == ("ben@example.com",)
        link = re.findall(r"/console/invitation/[\w-]+", str(mail.get_content()))[0]
        with Browser(house.address) as ben:
            assert ben.client.post(link, data={"name": "Ben", "password": PASSWORD}).status_code == 303
        person = house.person("ben@example.com")
        assert person is not None
        assert person.verified_at is not None


def through(browser: Browser, after: str = "") -> tuple[int, str]:
    """Sign in by the provider, and return the status of the last step and what it says or where it leads."""
    gone = browser.get(f"/console/openid/company?next={after}")
    assert gone.status_code == 302, gone.text
    back = browser.client.get(gone.headers["location"], follow_redirects=False)
    assert back.status_code == 302
    done = browser.get(back.headers["location"])
    return done.status_code, done.headers.get("location") or done.text


class TestProvider:
    def test_a_known_person_is_linked_once_by_his_address(self, house: House, browser: Browser) -> None:
        house.issuer.person = {"sub": "ana-1", "email": "Ana@Example.com", "email_verified": True, "name": "Ana"}
        assert "Continue with The Company" in browser.get("/console/sign-in").text
        assert through(browser, "/console/keys") == (303, "/console/keys")
        assert browser.get("/console/keys").status_code == 200
        # From now on the account at the provider counts, whatever its address is called.
        house.issuer.person = {"sub": "ana-1", "email": "new@example.com", "email_verified": False}
        with Browser(house.address) as again:
            assert through(again) == (303, "/console")
        # An address that was given to somebody else does not bring the person with it.
        house.issuer.person = {"sub": "eve-2", "email": OWNER, "email_verified": True}
        with Browser(house.address) as eve:
            status, said = through(eve)
            assert (status, "belongs to another account" in said) == (403, True)

    def test_strangers_stay_out_and_nobody_becomes_an_owner(self, house: House, browser: Browser) -> None:
        house.issuer.person = {"sub": "eve", "email": "eve@client.example", "email_verified": True}
        status, said = through(browser)
        assert (status, "Nobody has invited eve@client.example" in said) == (403, True)
        with Browser(house.address) as owner:
            owner.sign_in(OWNER)
            owner.send("/console/people/invite", {"email": "eve@client.example", "role": "owner"})
            assert through(browser)[0] == 403
            owner.send("/console/people/invite", {"email": "eve@client.example", "role": "analyst", "scope": "all"})
        assert through(browser) == (303, "/console/reports")
        with house.world.metadata.read() as session:
            roles = dict(session.execute(select(PersonRow.email, MembershipRow.role).join(MembershipRow)).all())
        assert roles == {OWNER: "owner", "eve@client.example": "analyst"}

    def test_a_granted_domain_lets_its_people_in_as_readers(self, house: House, browser: Browser) -> None:
        workspace_id = _workspace_id(house.world)
        with house.world.metadata.write() as session:
            session.add(
                AccessGrantRow(
                    workspace_id=workspace_id, kind="domain", domain="client.example",
                    every_client=True, clients=[], created_by=OWNER,
                )
            )  # fmt: skip
        house.issuer.person = {"sub": "vi", "email": "vi@client.example", "email_verified": True}
        assert through(browser) == (303, "/console/my-reports")
        house.issuer.person = {"sub": "x", "email": "x@sub.client.example", "email_verified": True}
        with Browser(house.address) as other:
            assert through(other)[0] == 403

    def test_who_waited_in_the_account_is_out(self, house: House, browser: Browser) -> None:
        house.add("victim@example.com", verified=False)
        browser.sign_in("victim@example.com")
        second_factor(browser)
        house.issuer.person = {"sub": "v", "email": "victim@example.com", "email_verified": True}
        with Browser(house.address) as victim:
            assert through(victim) == (303, "/console")
        assert browser.get("/console/me").status_code == 303
        assert browser.sign_in("victim@example.com").status_code == 403

    def test_the_second_factor_is_still_asked_for(self, house: House, browser: Browser) -> None:
        browser.sign_in(OWNER)
        second_factor(browser)
        house.issuer.person = {"sub": "ana-1", "email": OWNER, "email_verified": True}
        with Browser(house.address) as other:
            assert through(other)[1].startswith("/console/sign-in/code")
            assert other.get("/console/me").status_code == 303

    @pytest.mark.parametrize(
        ("lies", "status"),
        [
            (Lies(claims={"nonce": "another"}), 400),
            (Lies(claims={"nonce": None}), 400),
            (Lies(claims={"aud": "another-client"}), 400),
            (Lies(claims={"aud": [CLIENT_ID, "another"], "azp": "another"}), 400),
            (Lies(claims={"exp": 1_700_000_000}), 400),
            (Lies(claims={"exp": None}), 400),
            (Lies(claims={"iss": "https://evil.example"}), 400),
            (Lies(claims={"sub": ""}), 400),
            (Lies(claims={"email_verified": False}), 403),
            (Lies(claims={"email_verified": None}), 403),
            (Lies(claims={"email": None}), 403),
            (Lies(foreign_key=True), 400),
            (Lies(algorithm="HS256"), 400),
            (Lies(redirect={"iss": "https://evil.example"}), 400),
            (Lies(redirect={"state": "guessed"}), 400),
            (Lies(redirect={"error": "access_denied"}), 400),
        ],
        ids=lambda one: "" if isinstance(one, int) else ",".join(f"{k}={v}" for k, v in _told(one).items())[:60],
    )
    def test_a_lie_lets_nobody_in(self, house: House, browser: Browser, lies: Lies, status: int) -> None:
        house.issuer.person = {"sub": "ana-1", "email": OWNER, "email_verified": True}
        house.issuer.lies = lies
        assert through(browser)[0] == status
        assert browser.get("/console/me").status_code == 303
        with house.world.metadata.read() as session:
            assert not session.scalars(select(PersonIdentityRow)).all()

    def test_a_description_of_another_issuer_is_refused(self, house: House, browser: Browser) -> None:
        house.issuer.lies = Lies(described_as="https://evil.example")
        assert browser.get("/console/openid/company").status_code == 400

    def test_what_another_browser_began_counts_for_nobody(self, house: House, browser: Browser) -> None:
        house.issuer.person = {"sub": "ana-1", "email": OWNER, "email_verified": True}
        gone = browser.get("/console/openid/company")
        back = browser.client.get(gone.headers["location"], follow_redirects=False).headers["location"]
        with Browser(house.address) as other:
            assert other.get(back).status_code == 400
            other.get("/console/openid/company")
            assert other.get(back).status_code == 400  # it has begun one of its own
        assert browser.get(back).status_code == 303
        assert browser.get(back).status_code == 400  # an attempt counts once
        assert browser.get("/console/openid/nobody").status_code == 404


def _told(lies: Lies) -> Mapping[str, object]:
    return {**lies.claims, **lies.redirect, **({"key": "foreign"} if lies.foreign_key else {"alg": lies.algorithm})}


class TestSettings:
    def test_a_provider_is_there_as_a_whole_or_not_at_all(self, tmp_path: Path) -> None:
        path = tmp_path / "secret"
        path.write_text("drawn-at-random-17\n", encoding="utf-8")
        given = {"BELVEDERE_OIDC_GOOGLE_CLIENT_ID": "x", "BELVEDERE_OIDC_GOOGLE_CLIENT_SECRET_FILE": str(path)}
        (google,) = read_providers(given)
        assert (google.issuer, google.label, google.client_secret) == (
            "https://accounts.google.com",
            "Google",
            "drawn-at-random-17",
        )
        for change, said in (
            ({"BELVEDERE_OIDC_OWN_ISSUER": "https://id.example"}, "BELVEDERE_OIDC_OWN_CLIENT_ID"),
            ({**given, "BELVEDERE_OIDC_GOOGLE_ISSUER": "http://id.example"}, "https://"),
            ({**given, "BELVEDERE_OIDC_GOOGLE_CLIENT_SECRET_FILE": str(tmp_path / "none")}, "cannot be read"),
            ({**given, "BELVEDERE_OIDC_GOOGLE_CLIENT_SECRET": "changeme"}, "tries first"),
        ):
            with pytest.raises(StartError, match=re.escape(said)):
                read_providers(change)

    @pytest.mark.parametrize(
        "values",
        [
            {"secret_keys": "A" * 43 + "="},
            {"secret_keys": "VGhpc0lzTm90UmFuZG9tQnV0VHlwZWRCeUhhbmQhISE="},
            {"database_url": "postgresql+psycopg://belvedere:postgres@db/belvedere"},
            {"database_url": "postgresql+psycopg://belvedere:<password>@db/belvedere"},
            {"database_url": "postgresql+psycopg://belvedere:11111111@db/belvedere"},
        ],
    )
    def test_a_secret_that_everybody_knows_stops_the_start(self, tmp_path: Path, values: dict[str, str]) -> None:
        settings = Settings(data_dir=tmp_path / "data", **values)  # type: ignore[arg-type]  # as the environment does
        with pytest.raises(StartError) as told, open_world(settings):
            pass
        assert not any(one in str(told.value) for one in values.values())
        assert not (tmp_path / "data").exists()

    def test_secrets_that_were_drawn_do_not(self, tmp_path: Path) -> None:
        key = "q7Jr1Zk0m3E8t5uQd2yXc9VbN4hLw6sAfGiKoPzTRUE="
        url = "postgresql+psycopg://belvedere:k3v9-Tq2x@db/belvedere"
        check_secrets(Settings(data_dir=tmp_path, secret_keys=key, database_url=url))  # type: ignore[arg-type]


def test_idle_and_absolute_limits(house: House, browser: Browser) -> None:
    for values in ({"seen_at": timedelta(hours=-25)}, {"expires_at": timedelta(0)}):
        browser.sign_in(OWNER)
        assert browser.get("/console/me").status_code == 200
        with house.world.metadata.write() as session:
            session.execute(update(PersonSessionRow).values({name: now() + by for name, by in values.items()}))
        assert browser.get("/console/me").status_code == 303
