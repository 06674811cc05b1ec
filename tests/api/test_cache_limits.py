"""The cache of answers, the token buckets, and both over HTTP."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from api.cache import Answer, AnswerCache
from api.errors import RateLimitExceededError
from api.limits import Limits, TokenBuckets
from tests.api.asking import ask, body_of, post
from tests.api.serving import Served, load, serving, write_tickets
from warehouse import Mode


class TestAnswerCache:
    def test_nothing_is_there_at_first(self) -> None:
        assert AnswerCache(1_000).get(("a",)) is None

    def test_bytes_are_bounded_and_the_least_used_goes_first(self) -> None:
        cache = AnswerCache(4_000)
        for name in "abcd":
            cache.put((name,), Answer(b"x" * 700, 1))
        assert cache.get(("a",)) is not None
        cache.put(("e",), Answer(b"x" * 700, 1))
        assert cache.get(("b",)) is None
        assert cache.get(("a",)) is not None
        assert cache.bytes <= 4_000

    def test_one_answer_cannot_sweep_out_the_rest(self) -> None:
        cache = AnswerCache(4_000)
        cache.put(("small",), Answer(b"x", 1))
        cache.put(("large",), Answer(b"x" * 2_000, 1))
        assert cache.get(("large",)) is None
        assert cache.get(("small",)) is not None

    def test_packing_is_counted(self) -> None:
        cache, answer = AnswerCache(100_000), Answer(b"x" * 5_000, 1)
        cache.put(("a",), answer)
        before = cache.bytes
        assert len(answer.pack()) < 200
        assert answer.pack() is answer.packed
        cache.put(("a",), answer)
        assert cache.bytes == before + len(answer.packed or b"")

    def test_switched_off_it_keeps_nothing(self) -> None:
        cache = AnswerCache(0)
        cache.put(("a",), Answer(b"", 0))
        assert cache.get(("a",)) is None

    def test_equal_questions_are_computed_once(self) -> None:
        calls = 0

        async def make() -> Answer:
            nonlocal calls
            calls += 1
            await asyncio.sleep(0.01)
            return Answer(b"x", 1)

        async def many() -> list[Answer]:
            cache = AnswerCache(10_000)
            return await asyncio.gather(*(cache.compute(("a",), make) for _ in range(20)))

        answers = asyncio.run(many())
        assert calls == 1
        assert len({id(answer) for answer in answers}) == 1

    def test_a_failure_is_told_to_all_and_not_kept(self) -> None:
        async def fail() -> Answer:
            await asyncio.sleep(0)
            raise ValueError("no")

        async def run() -> None:
            cache = AnswerCache(10_000)
            results = await asyncio.gather(*(cache.compute(("a",), fail) for _ in range(3)), return_exceptions=True)
            assert [str(result) for result in results] == ["no"] * 3

            async def work() -> Answer:
                return Answer(b"x", 1)

            assert (await cache.compute(("a",), work)).plain == b"x"

        asyncio.run(run())

    def test_one_caller_who_goes_away_takes_nothing_from_the_others(self) -> None:
        async def run() -> bytes:
            cache = AnswerCache(10_000)

            async def make() -> Answer:
                await asyncio.sleep(0.02)
                return Answer(b"x", 1)

            first = asyncio.ensure_future(cache.compute(("a",), make))
            await asyncio.sleep(0)
            second = asyncio.ensure_future(cache.compute(("a",), make))
            await asyncio.sleep(0)
            first.cancel()
            return (await second).plain

        assert asyncio.run(run()) == b"x"


class TestCachedAnswers:
    def test_nobody_reads_another_keys_answer(self, served: Served) -> None:
        body = body_of("client_account", "tickets_created")
        assert len(ask(served, body).values) == 2
        assert len(ask(served, body, served.acme_key).values) == 1
        assert ask(served, body, served.other_key).values == [["Initech", 60]]

    def test_the_second_time_is_the_same_and_comes_from_memory(self, served: Served) -> None:
        body = body_of("date_day", "city", "tickets_created")
        first = post(served, "data", body).content
        before = served.world.cache.bytes
        assert post(served, "data", body).content == first
        assert served.world.cache.bytes == before

    def test_values_that_python_thinks_equal_are_different_questions(self, served: Served) -> None:
        from tests.api.asking import condition

        def count(value: object) -> object:
            filters = [[condition("city", "EQUALS", value)]]
            return post(served, "data", body_of("tickets_created", dimensionsFilters=filters)).json()

        assert count("Athens") != count("Porto")
        before = len(served.world.cache._answers)
        for value in (1, 1.0, True, "1"):
            count(value)
        assert len(served.world.cache._answers) == before + 4

    def test_new_data_is_seen_at_once(self, served: Served, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("more")
        mapping = served.files["acme"].with_name("tickets.yaml")
        body = body_of("tickets_created")
        assert ask(served, body, served.other_key).single() == [60]
        load(served.world, "other", "Initech", write_tickets(folder / "more.csv", 61, 8), mapping)
        assert ask(served, body, served.other_key).single() == [61]
        load(served.world, "other", "Initech", served.files["initech"], mapping, mode=Mode.REPLACE)
        assert ask(served, body, served.other_key).single() == [60]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class TestTokenBuckets:
    def test_a_burst_passes_and_the_next_waits(self) -> None:
        clock = Clock()
        buckets = TokenBuckets(rate=10, burst=60, clock=clock)
        assert [buckets.take("a") for _ in range(60)] == [0.0] * 60
        assert buckets.take("a") == pytest.approx(0.1)
        assert buckets.take("b") == 0.0
        clock.now += 0.1
        assert buckets.take("a") == 0.0

    def test_a_bucket_never_holds_more_than_its_burst(self) -> None:
        clock = Clock()
        buckets = TokenBuckets(rate=10, burst=2, clock=clock)
        clock.now += 1_000
        buckets.give_back("a", 50)
        assert [buckets.take("a") for _ in range(3)][:2] == [0.0, 0.0]
        assert buckets.take("a") > 0

    def test_many_keys_of_one_workspace_share_its_bucket(self) -> None:
        limits = Limits(rate=1, burst=60, clock=Clock())
        for number in range(180):
            limits.admit(f"key {number}", "workspace")
        with pytest.raises(RateLimitExceededError) as caught:
            limits.admit("another key", "workspace")
        assert caught.value.retry_after >= 1


class TestRateLimit:
    @pytest.fixture
    def slow(self, served: Served) -> Iterator[Served]:
        settings = served.settings.model_copy(update={"rate_per_second": 0.5, "rate_burst": 60})
        world = replace(served.world, settings=settings, limits=Limits(0.5, 60))
        with serving(world) as address:
            yield replace(served, address=address, world=world)

    def test_a_page_of_sixty_charts_passes_and_a_flood_does_not(self, slow: Served) -> None:
        def call(number: int) -> tuple[int, str]:
            dates = {"startDate": "2020-01-01", "endDate": f"2025-01-{number % 28 + 1:02}"}
            answer = post(slow, "data", body_of("date_day", dateRange=dates))
            return answer.status_code, answer.headers.get("retry-after", "")

        with ThreadPoolExecutor(20) as pool:
            page = list(pool.map(call, range(60)))
        assert {status for status, _ in page} == {200}
        # Repeated questions were answered from memory and cost next to nothing, so a few more fit.
        answers = [post(slow, "schema", {"configParams": {"dataset": "tickets"}}) for _ in range(70)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert refused
        assert refused[-1].json()["error"]["code"] == "rate_limit_exceeded"
        assert int(refused[-1].headers["retry-after"]) >= 1
        # Another key is not held up.
        assert post(slow, "data", body_of("channel"), slow.other_key).status_code == 200
