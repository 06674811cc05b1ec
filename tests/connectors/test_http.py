"""The client of vendors' APIs against a real server that breaks in every way."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

import httpx2
import pytest

from connectors import (
    MissingScopeError,
    PlanLimitError,
    RateLimitedError,
    SourceDownError,
    StopError,
    TokenRevokedError,
)
from connectors.addresses import vendor_address
from connectors.auth import ApiKey, FixedCredentials, OAuth2, Secret
from connectors.http import LONGEST_WAIT, MOST_ATTEMPTS, Params, VendorHttp, with_params
from connectors.network import NetworkRules, open_client, rules_of
from connectors.pace import Budget, own_budget, retry_after
from connectors.vendor import Answer, Rate, Vendor
from tests.connectors.fake_vendor import Asked, FakeVendor, Fault, Told
from tests.connectors.reading import Renewing

Result = TypeVar("Result")
PLAIN = Vendor("plain", "Plain")
SIGN_IN = OAuth2("plain", "https://plain.example/authorize", "https://plain.example/token")
GOOD = {"access_token": "first-token"}


class FakePlain(FakeVendor):
    """Answers every path with what it was asked, and some with a status of their own."""

    vendor = "plain"
    prefix = "/behind"

    def answer(self, asked: Asked) -> Told:
        """Return the request."""
        if asked.path == "/big":
            return Told(200, b"x" * 3_000_000)
        if asked.path.startswith("/status/"):
            return Told(int(asked.path.rpartition("/")[2]), {"message": "the body tells first-token"})
        if not self.is_signed_in(asked):
            return self.unauthorised()
        return Told(200, {"path": asked.path, "query": asked.query, "json": asked.json})


@dataclass
class Plain:
    """A fake and how to ask it."""

    fake: FakePlain
    vendor: Vendor = PLAIN
    api: list[VendorHttp] = field(default_factory=list)

    def run(
        self,
        ask: Callable[[VendorHttp], Awaitable[Result]],
        credentials: Renewing | FixedCredentials | None = None,
        *,
        longest: float = 5.0,
        patience: float = 5.0,
        pace: Budget | None = None,
    ) -> Result:
        """Ask with a new client and return what came of it."""

        async def work() -> Result:
            rules = rules_of(self.fake.environment)
            async with open_client(rules=rules, timeout=httpx2.Timeout(patience)) as client:
                api = VendorHttp(
                    client,
                    self.vendor,
                    SIGN_IN,
                    credentials or FixedCredentials(GOOD),
                    lambda _: "https://api.plain.example/v2",
                    pace=pace or own_budget(self.vendor.rates, clock=self.fake.clock.now),
                    sleep=self.fake.clock.sleep,
                    environment=self.fake.environment,
                    longest_answer=longest,
                    most_bytes=2 << 20,
                )
                self.api.append(api)
                return await ask(api)

        return asyncio.run(work())

    def get(self, path: str = "/things", **more: object) -> object:
        """Ask for one path."""
        return self.run(lambda api: api.get(path), **more)  # type: ignore[arg-type]


@pytest.fixture
def plain() -> Iterator[Plain]:
    """A fake that serves."""
    with FakePlain() as fake:
        yield Plain(fake)


class TestAddresses:
    """Where requests go."""

    def test_relative_paths_follow_the_base_and_its_replacement(self, plain: Plain) -> None:
        assert plain.get("things") == {"path": "/v2/things", "query": {}, "json": {}}

    def test_a_link_that_the_vendor_hands_out_is_used_as_it_is(self, plain: Plain) -> None:
        assert plain.get(f"{plain.fake.address}/v2/things?page=2") == {
            "path": "/v2/things",
            "query": {"page": ["2"]},
            "json": {},
        }

    def test_a_link_to_the_vendors_own_host_is_replaced(self, plain: Plain) -> None:
        assert plain.get("http://api.plain.example/v3/x?a=1") == {"path": "/v3/x", "query": {"a": ["1"]}, "json": {}}

    @pytest.mark.parametrize(
        "link",
        ["https://evil.example/v2/x", "https://plain.example.evil.com/x", "http://127.0.0.2/x", "ftp://evil.example/"],
    )
    def test_a_link_to_somebody_else_gets_no_sign_in(self, plain: Plain, link: str) -> None:
        with pytest.raises(StopError, match="at another host, which gets no sign-in of ours"):
            plain.get(link)
        assert plain.fake.asked == []

    def test_a_link_to_another_host_of_the_vendor_is_fine(self, plain: Plain) -> None:
        assert plain.get("https://eu.plain.example/v3/x") == {"path": "/v3/x", "query": {}, "json": {}}

    def test_nothing_is_replaced_without_a_setting(self) -> None:
        assert vendor_address("plain", "https://a.example/x?y=1", {}) == "https://a.example/x?y=1"
        set_to = {"BELVEDERE_SOURCE_PLAIN_URL": "http://127.0.0.1:9/base/"}
        assert vendor_address("plain", "https://a.example/x?y=1", set_to) == "http://127.0.0.1:9/base/x?y=1"
        assert vendor_address("other", "https://a.example/x", set_to) == "https://a.example/x"

    @pytest.mark.parametrize(
        ("given", "made"),
        [
            ({}, "https://a.example/x?y=1"),
            ({"z": None}, "https://a.example/x?y=1"),
            ({"z": True, "n": 3}, "https://a.example/x?y=1&z=true&n=3"),
            ({"p": ["a b", "c&d"]}, "https://a.example/x?y=1&p=a+b&p=c%26d"),
        ],
    )
    def test_parameters_join_those_of_the_address(self, given: Params, made: str) -> None:
        assert with_params("https://a.example/x?y=1", given) == made

    def test_json_is_posted(self, plain: Plain) -> None:
        answer = plain.run(lambda api: api.post("search", {"after": 3}))
        assert answer == {"path": "/v2/search", "query": {}, "json": {"after": 3}}


class TestTrouble:
    """What is repeated, how long, and what it says in the end."""

    @pytest.mark.parametrize(
        "fault", [Fault.TOO_MANY, Fault.TOO_MANY_DATE, Fault.DOWN, Fault.DROP, Fault.TRUNCATE], ids=lambda x: x.name
    )
    def test_it_comes_through(self, plain: Plain, fault: Fault) -> None:
        plain.fake.faults.next(fault, seconds=2, times=3)
        assert plain.get() == {"path": "/v2/things", "query": {}, "json": {}}
        assert plain.fake.faults.early == []
        usage = plain.api[0].usage
        assert (usage.requests, usage.wasted) == (4, 3)
        assert usage.waited == pytest.approx(sum(plain.fake.clock.slept))

    def test_a_slow_body_is_waited_for(self, plain: Plain) -> None:
        plain.fake.faults.next(Fault.SLOW, seconds=0.2)
        assert plain.get()
        assert plain.api[0].usage.wasted == 0

    def test_a_body_that_stalls_is_asked_for_again(self, plain: Plain) -> None:
        plain.fake.faults.next(Fault.SLOW, seconds=5)
        assert plain.get(patience=0.1)
        assert plain.api[0].usage.wasted == 1

    def test_a_body_that_takes_for_ever_is_asked_for_again(self, plain: Plain) -> None:
        plain.fake.faults.next(Fault.SLOW, seconds=5)
        assert plain.get(longest=0.1)
        assert plain.api[0].usage.wasted == 1

    def test_trouble_that_stays_is_told(self, plain: Plain) -> None:
        plain.fake.faults.next(Fault.DOWN, times=MOST_ATTEMPTS)
        with pytest.raises(SourceDownError, match="Plain answered 503: it has a problem of its own"):
            plain.get()
        assert plain.fake.faults.waiting == 0

    def test_nobody_there(self, plain: Plain) -> None:
        plain.fake.stop()
        with pytest.raises(SourceDownError, match="Plain cannot be reached or broke off: ConnectError"):
            plain.get()

    def test_a_long_pause_is_handed_to_the_caller_and_kept(self, plain: Plain) -> None:
        plain.fake.faults.next(Fault.TOO_MANY, seconds=3600)
        pace = own_budget((), clock=plain.fake.clock.now)
        with pytest.raises(RateLimitedError) as caught:
            plain.get(pace=pace)
        assert caught.value.retry_after == 3600
        assert len(plain.fake.asked) == 1
        # The next run of the connection, or another stream of it, does not even ask.
        with pytest.raises(RateLimitedError, match="wants no request for another 3") as again:
            plain.get(pace=pace)
        assert again.value.retry_after == pytest.approx(3600, abs=5)
        assert len(plain.fake.asked) == 1

    def test_one_pause_holds_every_request_of_the_connection(self, plain: Plain) -> None:
        plain.fake.faults.next(Fault.TOO_MANY, seconds=1)

        async def several(api: VendorHttp) -> list[object]:
            await asyncio.gather(api.get("one"), return_exceptions=True)
            return list(await asyncio.gather(*(api.get(str(number)) for number in range(5))))

        assert len(plain.run(several)) == 5
        assert plain.fake.faults.early == []

    def test_a_pause_on_503_is_kept_too(self, plain: Plain) -> None:
        fake = plain.fake
        fake.down = lambda: Told(503, {}, {"Retry-After": "40"})  # type: ignore[method-assign]
        fake.faults.next(Fault.DOWN)
        assert plain.get()
        assert sum(fake.clock.slept) >= 40

    def test_too_large_an_answer_is_not_asked_for_again(self, plain: Plain) -> None:
        with pytest.raises(StopError, match="Plain answered with more than 2 MB"):
            plain.get(f"{plain.fake.address}/big")
        assert len(plain.fake.asked) == 1

    @pytest.mark.parametrize(
        ("status", "error", "says"),
        [
            (401, TokenRevokedError, "Link the account again"),
            (402, PlanLimitError, "plan does not include"),
            (403, MissingScopeError, "lacks a permission"),
            (404, StopError, "answered 404 to a request that should work"),
            (302, StopError, "sends us elsewhere"),
        ],
    )
    def test_what_a_status_means(self, plain: Plain, status: int, error: type[Exception], says: str) -> None:
        with pytest.raises(error, match=says) as caught:
            plain.get(f"{plain.fake.address}/status/{status}")
        assert "first-token" not in str(caught.value)
        assert len(plain.fake.asked) == 1
        assert plain.api[0].usage.wasted == 1

    def test_no_content_is_nothing(self, plain: Plain) -> None:
        assert plain.get(f"{plain.fake.address}/status/204") is None

    def test_the_vendors_own_words_come_first(self, plain: Plain) -> None:
        def understand(answer: Answer) -> RateLimitedError | None:
            slow = answer.status == 403
            return RateLimitedError("Plain wants a break.", retry_after=7) if slow else None

        plain.vendor = replace(PLAIN, understand=understand)
        with pytest.raises(RateLimitedError, match="wants a break"):
            plain.get(f"{plain.fake.address}/status/403")
        assert len(plain.fake.asked) == MOST_ATTEMPTS
        assert min(plain.fake.clock.slept) >= 7


class TestSignIn:
    """Signing, renewing, and keeping secrets."""

    def test_a_refused_token_is_renewed_once(self, plain: Plain) -> None:
        tokens = Renewing({"access_token": "ended"}, plain.fake.renewed, {"access_token": "third"})
        assert plain.get(credentials=tokens)
        assert tokens.renewals == 1
        assert [one.token for one in plain.fake.asked] == ["ended", "second-token"]

    def test_a_renewed_token_that_is_refused_too_ends_it(self, plain: Plain) -> None:
        tokens = Renewing({"access_token": "ended"}, {"access_token": "ended-too"}, {"access_token": "third"})
        with pytest.raises(TokenRevokedError):
            plain.get(credentials=tokens)
        assert len(plain.fake.asked) == 2

    def test_what_cannot_be_renewed_is_not_asked_twice(self, plain: Plain) -> None:
        with pytest.raises(TokenRevokedError):
            plain.get(credentials=FixedCredentials({"access_token": "wrong"}))
        assert len(plain.fake.asked) == 1

    def test_a_sign_in_without_a_token_says_so(self, plain: Plain) -> None:
        with pytest.raises(TokenRevokedError, match=r"holds no 'access_token'\. Link the account again"):
            plain.get(credentials=FixedCredentials({}))
        assert plain.fake.asked == []

    def test_a_pasted_line_break_reaches_nobody_and_no_text(self, plain: Plain) -> None:
        with pytest.raises(StopError, match="line breaks") as caught:
            plain.get(credentials=FixedCredentials({"access_token": "se\ncret\r\nX: y"}))
        assert "cret" not in repr(caught.value) + repr(caught.value.__cause__)
        assert plain.fake.asked == []

    def test_letters_that_no_header_takes(self, plain: Plain) -> None:
        with pytest.raises((StopError, TokenRevokedError)) as caught:
            plain.get(credentials=FixedCredentials({"access_token": "sécrèt✓"}))
        assert "crèt" not in repr(caught.value) + repr(caught.value.__cause__)

    def test_reprs_hold_no_secret(self, plain: Plain) -> None:
        answer = Answer(200, {}, b'{"access_token": "first-token"}', "https://a.example/?access_token=first-token")
        plain.get()
        for shown in (answer, FixedCredentials(GOOD), plain.api[0]):
            assert "first-token" not in repr(shown)

    def test_keys_are_sent_as_the_vendor_wants_them(self) -> None:
        key = Secret("key", "Key")
        assert ApiKey((key,)).headers({"key": " k1\n"}) == {"Authorization": "Bearer k1"}
        assert ApiKey((key,), "{key}", "X-Key").headers({"key": "k1"}) == {"X-Key": "k1"}
        assert ApiKey((key,), "{key}:X", basic=True).headers({"key": "k1"}) == {"Authorization": "Basic azE6WA=="}


class TestPace:
    """Our own limits and the vendor's pauses."""

    def test_requests_stay_within_every_rate(self, plain: Plain) -> None:
        plain.vendor = replace(PLAIN, rates=(Rate(3, 1.0), Rate(5, 60.0)))

        async def several(api: VendorHttp) -> None:
            for number in range(7):
                await api.get(str(number))

        plain.run(several)
        slept = plain.fake.clock.slept
        assert slept[0] == pytest.approx(1, abs=0.2)
        assert sum(slept) == pytest.approx(60, abs=0.5)

    def test_a_used_up_day_is_told_at_once(self, plain: Plain) -> None:
        plain.vendor = replace(PLAIN, rates=(Rate(1, 86_400),))

        async def two(api: VendorHttp) -> None:
            await api.get("one")
            await api.get("two")

        with pytest.raises(RateLimitedError) as caught:
            plain.run(two)
        assert caught.value.retry_after > LONGEST_WAIT
        assert (plain.fake.clock.slept, plain.api[0].usage.wasted) == ([], 0)

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("", 0),
            ("30", 30),
            ("1.5", 1.5),
            ("-3", 0),
            ("soon", 0),
            ("Mon, 30 Mar 2026 15:00:10 GMT", 11),
            ("Mon, 30 Mar 2026 17:00:10 +0200", 11),
            ("Mon, 30 Mar 2026 14:00:00 GMT", 0),
        ],
    )
    def test_what_retry_after_asks_for(self, value: str, seconds: float) -> None:
        assert retry_after({"retry-after": value}, datetime(2026, 3, 30, 15, tzinfo=UTC)) == seconds


def test_the_guard_holds_for_a_vendors_client_too() -> None:
    async def ask() -> None:
        async with open_client(rules=NetworkRules()) as client:
            api = VendorHttp(client, PLAIN, SIGN_IN, FixedCredentials(GOOD), lambda _: "http://127.0.0.1:1")
            await api.get("x")

    with pytest.raises(StopError, match=r"'127\.0\.0\.1' is not a public address"):
        asyncio.run(ask())
