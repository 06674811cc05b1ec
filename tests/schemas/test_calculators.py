"""Calculators: the figures that are often stated wrongly, by our formula and by the guides' side by side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import SemanticModel, calculators
from schemas.calculators import Contact, Figure, Movement, Question, Result, Revenue
from schemas.calculators.surveys import NPS_BANDS, TOP_BOX
from schemas.errors import CalculatorInputError


def figure(result: Result, metric: str) -> float | None:
    (found,) = [one for one in (*result.corrected, *result.guides) if one.metric == metric]
    return found.value


def guides(result: Result) -> float | None:
    return result.guides[0].value


class TestNps:
    def test_scores_are_classed_on_0_to_10(self) -> None:
        result = calculators.nps_from_scores([0, 6, 7, 8, 9, 9, 10, 10, 10, 10])
        assert figure(result, "nps_score") == 40
        assert result.warnings == ()

    def test_brackets_and_points(self) -> None:
        result = calculators.nps_from_counts(60, 20, 100)
        assert figure(result, "nps_score") == 40
        assert guides(result) == pytest.approx(59.8)
        assert {one.unit for one in result.corrected} == {"points"}

    def test_margin_of_error(self) -> None:
        assert figure(calculators.nps_from_counts(60, 20, 100), "nps_margin_of_error") == pytest.approx(
            15.68, abs=0.005
        )

    def test_a_scale_of_1_to_10_is_taken_with_a_warning(self) -> None:
        result = calculators.nps_from_scores([1, 9, 10], 1, 10)
        assert figure(result, "nps_score") == pytest.approx(100 / 3)
        assert "no 0" in result.warnings[0]

    @pytest.mark.parametrize("scale", [(0, 5), (1, 5), (1, 7), (0, 100)])
    def test_any_other_scale_is_refused(self, scale: tuple[int, int]) -> None:
        with pytest.raises(CalculatorInputError, match="scale of 0 to 10"):
            calculators.nps_from_scores([1], *scale)

    @pytest.mark.parametrize(
        ("score", "name"),
        [
            (-100, "needs work"), (-0.1, "needs work"), (0, "reasonable"), (49.6, "reasonable"), (50, "very good"),
            (74.9, "very good"), (75, "excellent"), (100, "excellent"), (None, None),
        ],
    )  # fmt: skip
    def test_bands_meet(self, score: float | None, name: str | None) -> None:
        assert calculators.band_of(score, NPS_BANDS) == name

    def test_no_answers_have_no_score(self) -> None:
        result = calculators.nps_from_counts(0, 0, 0)
        assert [one.value for one in (*result.corrected, *result.guides)] == [None, None, None]
        assert result.band is None

    @given(st.lists(st.integers(0, 10), min_size=1))
    def test_every_score_has_a_band(self, scores: list[int]) -> None:
        result = calculators.nps_from_scores(scores)
        assert result.band in {band.name for band in NPS_BANDS}
        assert -100 <= (figure(result, "nps_score") or 0) <= 100


class TestCsat:
    @pytest.mark.parametrize(
        ("scale", "lowest"),
        [((1, 2), 2), ((1, 3), 3), ((1, 4), 3), ((1, 5), 4), ((1, 7), 6), ((1, 10), 9), ((0, 10), 9), ((0, 100), 80)],
    )
    def test_top_boxes(self, scale: tuple[int, int], lowest: int) -> None:
        assert TOP_BOX[scale] == lowest
        question = Question((lowest - 1, lowest, scale[1]), *scale)
        assert figure(calculators.csat([question]), "csat_rate") == pytest.approx(2 / 3)

    def test_a_question_may_have_its_own_threshold(self) -> None:
        assert figure(calculators.csat([Question((3, 4, 5), top_box_min=5)]), "csat_rate") == pytest.approx(1 / 3)

    def test_an_unusual_scale_needs_one(self) -> None:
        with pytest.raises(CalculatorInputError, match="top_box_min"):
            calculators.csat([Question((3,), 1, 6)])
        assert figure(calculators.csat([Question((3, 6), 1, 6, top_box_min=5)]), "csat_rate") == 0.5

    def test_responses_over_responses(self) -> None:
        result = calculators.csat_from_counts(80, 100, satisfied_customers=50)
        assert figure(result, "csat_rate") == 0.8
        assert guides(result) == 0.5

    def test_scales_may_mix(self) -> None:
        result = calculators.csat([Question((5, 1)), Question((100, 0), 0, 100)])
        assert figure(result, "csat_rate") == 0.5
        assert figure(result, "csat_avg_score") == 3

    def test_counts_that_contradict(self) -> None:
        with pytest.raises(CalculatorInputError):
            calculators.csat_from_counts(2, 1)


class TestCes:
    QUESTIONS = (Question((5, 4, 2)), Question((1, 2, 5), higher_is_better=False))

    def test_each_question_is_turned_so_that_high_is_easy(self) -> None:
        result = calculators.ces(self.QUESTIONS)
        assert figure(result, "ces_ease_rate") == pytest.approx(4 / 6)
        assert figure(result, "ces_avg_effort") == 2.5

    def test_the_guides_take_4_and_5_wherever_they_lie(self) -> None:
        assert guides(calculators.ces(self.QUESTIONS)) == 0.5

    def test_the_two_figures_name_opposite_directions(self) -> None:
        ease, effort = calculators.ces(self.QUESTIONS).corrected
        assert (ease.direction, effort.direction) == ("up", "down")

    def test_scales_must_be_scales(self) -> None:
        with pytest.raises(CalculatorInputError, match="scale_max > scale_min"):
            calculators.ces([Question((1,), 5, 5)])
        with pytest.raises(CalculatorInputError, match="outside"):
            calculators.ces([Question((6,))])


class TestRetention:
    NEWCOMERS_LEAVE = Movement(start=100, new=15, lost=30, lost_of_start=25)
    RETURNS = Movement(start=100, new=3, reactivated=2, lost=1, lost_of_start=0)

    def test_accounts_of_the_start_are_counted(self) -> None:
        result = calculators.retention(self.NEWCOMERS_LEAVE)
        assert self.NEWCOMERS_LEAVE.end == 85
        assert figure(result, "crr") == 0.75
        assert figure(result, "crr_simple") == 0.7

    def test_reactivation_within_the_period(self) -> None:
        result = calculators.retention(self.RETURNS)
        assert self.RETURNS.end == 104
        assert figure(result, "crr") == 1
        assert figure(result, "crr_simple") == 0.99

    def test_churn_is_two_figures(self) -> None:
        result = calculators.churn(self.NEWCOMERS_LEAVE)
        assert figure(result, "logo_churn_rate") == 0.25
        assert figure(result, "logo_churn_rate_all") == 0.3
        returned = calculators.churn(self.RETURNS)
        assert figure(returned, "logo_churn_rate") == 0
        assert figure(returned, "logo_churn_rate_all") == 0.01

    def test_revenue_churn_is_another_figure(self) -> None:
        revenue = [Revenue(100, 150), Revenue(200, 120), Revenue(300, 0), Revenue(0, 80), Revenue(0, 50)]
        result = calculators.churn(Movement(3, 1, 1, 1, 1), revenue)
        assert figure(result, "gross_revenue_churn_rate") == pytest.approx(0.6333, abs=0.00005)
        assert figure(result, "net_revenue_churn_rate") == pytest.approx(0.55)

    def test_lists_of_accounts(self) -> None:
        start = [f"s{number}" for number in range(100)]
        new = [f"n{number}" for number in range(15)]
        movement = calculators.movement_of(start, [*start[25:], *new[5:]], new)
        assert movement == self.NEWCOMERS_LEAVE

    def test_without_the_cohort_there_is_a_range(self) -> None:
        result = calculators.retention(Movement(100, 15, 0, 30))
        assert figure(result, "crr") is None
        assert figure(result, "crr_simple") == 0.7
        assert "between 15 and 30" in result.warnings[0]

    def test_nobody_at_the_start(self) -> None:
        assert figure(calculators.retention(Movement(0, 5, lost_of_start=0)), "crr") is None

    @pytest.mark.parametrize(
        "movement",
        [Movement(1, lost=2), Movement(5, lost=1, lost_of_start=2), Movement(5, new=1, lost=5, lost_of_start=2)],
    )
    def test_counts_that_contradict(self, movement: Movement) -> None:
        with pytest.raises(CalculatorInputError):
            calculators.churn(movement)

    def test_lists_that_contradict(self) -> None:
        with pytest.raises(CalculatorInputError, match="neither"):
            calculators.movement_of(["a"], ["b"], [])
        with pytest.raises(CalculatorInputError, match="new account"):
            calculators.movement_of(["a"], ["a"], ["a"])

    @given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
    def test_retention_and_churn_add_up_to_one(self, start: int, new: int, of_start: int, of_new: int) -> None:
        movement = Movement(start, new, 0, min(of_start, start) + min(of_new, new), min(of_start, start))
        kept, lost = (
            figure(calculators.retention(movement), "crr"),
            figure(calculators.churn(movement), "logo_churn_rate"),
        )
        assert (kept is None and lost is None and start == 0) or (kept or 0) + (lost or 0) == pytest.approx(1)


class TestValue:
    def test_cac_is_not_cost_per_conversion(self) -> None:
        result = calculators.cac(10_000, 20_000, ad_spend=4_000, conversions=1_000)
        assert figure(result, "cac") == 0.5
        assert figure(result, "cpa") == 4
        assert result.corrected[0].direction == "neutral"

    def test_nobody_acquired_has_no_cost(self) -> None:
        result = calculators.cac(10_000, 0)
        assert figure(result, "cac") is None
        assert result.warnings

    def test_gross_and_net_value(self) -> None:
        result = calculators.clv(1_200, 3, 500)
        assert figure(result, "clv_gross") == 3_600
        assert figure(result, "clv_net") == 3_100
        assert figure(result, "ltv_cac_ratio") == 7.2

    def test_the_gross_value_needs_no_cost(self) -> None:
        result = calculators.clv(1_200, 3)
        assert figure(result, "clv_gross") == 3_600
        assert figure(result, "clv_net") is None

    def test_no_margin_no_value_by_margin(self) -> None:
        assert figure(calculators.clv(1_200, 3), "clv_margin") is None
        assert figure(calculators.clv(1_200, 3, gross_margin_share=0.6), "clv_margin") == pytest.approx(2_160)


class TestService:
    def test_unanswered_inquiries_do_not_make_it_faster(self) -> None:
        result = calculators.response_time([60, 120, 240], unanswered=1)
        assert figure(result, "frt_avg_seconds") == 140
        assert figure(result, "frt_all_avg_seconds") == 105
        assert figure(result, "frt_median_seconds") == 120
        assert figure(result, "frt_p90_seconds") == pytest.approx(216)
        assert figure(result, "unanswered_tickets") == 1

    def test_nothing_answered_has_no_time(self) -> None:
        assert figure(calculators.response_time([], 5), "frt_avg_seconds") is None

    def test_solved_of_received(self) -> None:
        result = calculators.resolution(80, 20)
        assert figure(result, "resolution_rate") == 0.8
        assert figure(result, "solved_to_unsolved_ratio") == 4
        assert figure(calculators.resolution(5, 0), "solved_to_unsolved_ratio") is None

    def test_elapsed_time_and_effort(self) -> None:
        result = calculators.resolution(2, 0, elapsed_seconds=[3_600, 7_200], effort_seconds=[300, 900])
        assert figure(result, "resolution_avg_seconds") == 5_400
        assert figure(result, "handle_avg_seconds") == 600

    TICKETS = (
        Contact(human_replies=1, assignees=1),
        Contact(human_replies=1, assignees=1, reopened_after_days=3),
        Contact(human_replies=1, assignees=1, reopened_after_days=10),
        Contact(human_replies=2, assignees=1),
        Contact(human_replies=0, assignees=1, voice=True),
        Contact(human_replies=0, assignees=0, bot_replies=2),
        Contact(human_replies=1, assignees=None),
        Contact(solved=False, human_replies=1, assignees=1),
    )

    def test_first_contact(self) -> None:
        result = calculators.first_contact(self.TICKETS)
        assert figure(result, "fcr_rate") == 0.5
        assert figure(result, "one_agent_resolution_rate") == pytest.approx(5 / 6)
        assert figure(result, "bot_resolution_rate") == pytest.approx(1 / 7)

    def test_first_contact_from_the_same_counts(self) -> None:
        assert calculators.first_contact_from_counts(3, 6, 5, 6, 1, 7).corrected == (
            calculators.first_contact(self.TICKETS).corrected
        )
        with pytest.raises(CalculatorInputError, match="one_agent_tickets"):
            calculators.first_contact_from_counts(1, 2, 3, 2, 0, 2)


# The metrics of the other tables come with their datasets; these are there with the tickets.
def test_figures_name_metrics_of_the_catalogue(model: SemanticModel) -> None:
    figures: list[Figure] = []
    for result in (calculators.response_time([], 0), calculators.resolution(0, 0), calculators.first_contact([])):
        figures += [*result.corrected, *result.guides]
    for one in figures:
        assert one.metric
        assert one.metric in model.metrics
        assert model.metrics[one.metric].direction == one.direction, one.metric
