"""NPS, CSAT and CES: recommendation, satisfaction, effort."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from schemas.calculators.results import Band, Figure, Result, band_of, ratio
from schemas.errors import CalculatorInputError
from schemas.fields import Direction

NPS_BANDS = (
    Band("needs work", -100, 0),
    Band("reasonable", 0, 50),
    Band("very good", 50, 75),
    Band("excellent", 75, 100),
)

# Lowest answer that counts as satisfied or easy, by the lowest and highest answer of the scale.
TOP_BOX = {(1, 2): 2, (0, 1): 1, (1, 3): 3, (1, 4): 3, (1, 5): 4, (1, 7): 6, (1, 10): 9, (0, 10): 9}
TOP_BOX |= {(0, 100): 80, (1, 100): 80}


@dataclass(frozen=True)
class Question:
    """Answers to one question; `higher_is_better` is false where the highest answer is the worst."""

    scores: tuple[float, ...]
    scale_min: int = 1
    scale_max: int = 5
    higher_is_better: bool = True
    top_box_min: float | None = None


def nps_from_scores(scores: Sequence[float], scale_min: int = 0, scale_max: int = 10) -> Result:
    """Class answers (promoters 9 and 10, detractors up to 6) and score them."""
    if (scale_min, scale_max) not in {(0, 10), (1, 10)}:
        raise CalculatorInputError(
            f"NPS is asked on a scale of 0 to 10, not of {scale_min} to {scale_max}. Bring the answers to that scale.",
            field="scale_max",
        )
    _check_scores(scores, scale_min, scale_max)
    promoters = sum(score >= 9 for score in scores)
    detractors = sum(score <= 6 for score in scores)
    warning = "A scale of 1 to 10 has no 0, so its scores do not compare with those of 0 to 10."
    return nps_from_counts(promoters, detractors, len(scores), (warning,) if scale_min == 1 else ())


def nps_from_counts(promoters: int, detractors: int, responses: int, warnings: tuple[str, ...] = ()) -> Result:
    """Score counts: (promoters - detractors) ÷ responses x 100, with the margin of error at 95 %."""
    if promoters + detractors > responses:
        raise CalculatorInputError(
            "There are more promoters and detractors than responses. Responses include the passives.", field="responses"
        )
    score = ratio(100 * (promoters - detractors), responses)
    literal = ratio(detractors, responses)
    return Result(
        calculator="nps",
        corrected=(
            Figure(
                "Net Promoter Score",
                score,
                "points",
                "(promoters − detractors) ÷ responses × 100",
                Direction.UP,
                "nps_score",
            ),
            Figure(
                "Margin of error (95 %)",
                _margin(promoters, detractors, responses),
                "points",
                "196 × √((p + d − (p − d)²) ÷ n), p and d shares of n responses",
                Direction.DOWN,
                "nps_margin_of_error",
            ),
        ),
        guides=(
            Figure(
                "Net Promoter Score as it is often written",
                None if literal is None else promoters - literal,
                "none",
                "promoters − detractors ÷ responses",
                Direction.UP,
            ),
        ),
        difference=(
            "Without brackets only the detractors are divided by the responses. The score is points from −100 to 100, "
            "not a percentage, and the guides' bands leave gaps between 49 and 50 and between 74 and 75 and have none "
            "below 0; ours meet."
        ),
        bands=NPS_BANDS,
        band=band_of(score, NPS_BANDS),
        warnings=warnings,
    )


def csat(questions: Sequence[Question], satisfied_customers: int | None = None) -> Result:
    """Count satisfied responses over responses; each scale has its own lowest satisfied answer."""
    satisfied = responses = 0
    five = 0.0
    for question in questions:
        _check_question(question)
        box = _top_box(question)
        satisfied += sum(_oriented(question, score) >= box for score in question.scores)
        five += sum(1 + 4 * _normalised(question, score) for score in question.scores)
        responses += len(question.scores)
    return csat_from_counts(satisfied, responses, satisfied_customers, five if responses else None)


def csat_from_counts(
    satisfied: int, responses: int, satisfied_customers: int | None = None, score_sum: float | None = None
) -> Result:
    """Divide counts that are known already; `score_sum` adds up answers brought to a scale of 1 to 5."""
    if satisfied > responses:
        raise CalculatorInputError("There are more satisfied responses than responses.", field="satisfied")
    average = Figure(
        "Average satisfaction (1 to 5)",
        None if score_sum is None else ratio(score_sum, responses),
        "points of 1 to 5",
        "sum of answers brought to a scale of 1 to 5 ÷ responses",
        Direction.UP,
        "csat_avg_score",
    )
    rate = Figure(
        "Satisfied responses",
        ratio(satisfied, responses),
        "share",
        "satisfied responses ÷ responses",
        Direction.UP,
        "csat_rate",
    )
    mixed = None if satisfied_customers is None else ratio(satisfied_customers, responses)
    return Result(
        calculator="csat",
        corrected=(rate, average),
        guides=(Figure("Satisfied customers", mixed, "share", "satisfied customers ÷ responses", Direction.UP),),
        difference=(
            "The guides divide customers by responses: one customer who answers twice makes the share too small. Here "
            "both are responses. What counts as satisfied follows the scale: 2 of 2, 3 of 3, 3 of 4, 4 of 5, 6 of 7, "
            "9 of 10, 80 of 100 and above."
        ),
        warnings=()
        if satisfied_customers is not None
        else ("The guides' form needs the number of satisfied customers.",),
    )


def ces(questions: Sequence[Question]) -> Result:
    """Turn each question so that high is easy, then give the share of easy answers and the average effort."""
    easy = responses = literal = 0
    effort = 0.0
    for question in questions:
        _check_question(question)
        box = _top_box(question)
        easy += sum(_oriented(question, score) >= box for score in question.scores)
        literal += sum(score >= box for score in question.scores)
        effort += sum(5 - 4 * _normalised(question, score) for score in question.scores)
        responses += len(question.scores)
    turned = any(not question.higher_is_better for question in questions)
    return Result(
        calculator="ces",
        corrected=(
            Figure(
                "Easy answers",
                ratio(easy, responses),
                "share",
                "answers in the top box after turning the scale ÷ responses",
                Direction.UP,
                "ces_ease_rate",
            ),
            Figure(
                "Average effort (1 easy to 5 hard)",
                ratio(effort, responses),
                "points of 1 to 5",
                "sum of (5 − 4 × normalised answer) ÷ responses",
                Direction.DOWN,
                "ces_avg_effort",
            ),
        ),
        guides=(
            Figure(
                "Customer Effort Score",
                ratio(literal, responses),
                "share",
                "answers of 4 and 5 ÷ responses",
                Direction.UP,
            ),
        ),
        difference=(
            "The guides call a high score both easy and hard work. Here there are two figures: the share of easy "
            "answers, where high is good, and the average effort, where low is good. A question whose highest answer "
            "means much effort is turned first" + (", as one of these is." if turned else ".")
        ),
    )


def _margin(promoters: int, detractors: int, responses: int) -> float | None:
    if responses == 0:
        return None
    p, d = promoters / responses, detractors / responses
    return 196 * sqrt(max(0.0, p + d - (p - d) ** 2) / responses)


def _top_box(question: Question) -> float:
    if question.top_box_min is not None:
        return question.top_box_min
    box = TOP_BOX.get((question.scale_min, question.scale_max))
    if box is None:
        raise CalculatorInputError(
            f"A scale of {question.scale_min} to {question.scale_max} has no agreed lowest good answer. "
            "Say which it is: top_box_min.",
            field="top_box_min",
        )
    return box


def _oriented(question: Question, score: float) -> float:
    return score if question.higher_is_better else question.scale_min + question.scale_max - score


def _normalised(question: Question, score: float) -> float:
    return (_oriented(question, score) - question.scale_min) / (question.scale_max - question.scale_min)


def _check_question(question: Question) -> None:
    if question.scale_max <= question.scale_min:
        raise CalculatorInputError("A scale ends above where it begins: scale_max > scale_min.", field="scale_max")
    _check_scores(question.scores, question.scale_min, question.scale_max)


def _check_scores(scores: Sequence[float], lowest: int, highest: int) -> None:
    outside = next((score for score in scores if not lowest <= score <= highest), None)
    if outside is not None:
        raise CalculatorInputError(
            f"The answer {outside:g} lies outside the scale of {lowest} to {highest}.", field="scores"
        )
