"""What a calculator is given: counts, or raw lists of bounded length. Everything that cannot be true is refused."""

from abc import abstractmethod
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas import calculators

LONGEST_LIST = 10_000

Count = Annotated[int, Field(ge=0, le=10**12)]
Amount = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Score = Annotated[float, Field(ge=-1_000, le=1_000, allow_inf_nan=False)]
ScaleEnd = Annotated[int, Field(ge=-1_000, le=1_000)]
Amounts = Annotated[tuple[Amount, ...], Field(max_length=LONGEST_LIST)]
Scores = Annotated[tuple[Score, ...], Field(min_length=1, max_length=LONGEST_LIST)]
Ids = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=LONGEST_LIST)]


class Part(BaseModel):
    """A part of a body; keys that it does not know are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Inputs(Part):
    """The body of one calculator."""

    @abstractmethod
    def result(self) -> calculators.Result:
        """Compute both formulas."""


class NpsInputs(Inputs):
    """Scores from 0 to 10, or counts of promoters, detractors and all responses."""

    scores: Scores | None = None
    scale_min: ScaleEnd = 0
    scale_max: ScaleEnd = 10
    promoters: Count | None = None
    detractors: Count | None = None
    responses: Count | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "NpsInputs":
        _one_of(self.scores is not None, None not in (self.promoters, self.detractors, self.responses), "scores")
        return self

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        if self.scores is not None:
            return calculators.nps_from_scores(self.scores, self.scale_min, self.scale_max)
        return calculators.nps_from_counts(self.promoters or 0, self.detractors or 0, self.responses or 0)


class QuestionInput(Part):
    """Answers to one question and the scale that they were given on."""

    scores: Scores
    scale_min: ScaleEnd = 1
    scale_max: ScaleEnd = 5
    higher_is_better: bool = True
    top_box_min: Score | None = None

    def question(self) -> calculators.Question:
        """Return the question as the calculators know it."""
        return calculators.Question(
            self.scores, self.scale_min, self.scale_max, self.higher_is_better, self.top_box_min
        )


Questions = Annotated[tuple[QuestionInput, ...], Field(min_length=1, max_length=100)]


class CsatInputs(Inputs):
    """Answers of one or more questions, or counts of satisfied and all responses."""

    questions: Questions | None = None
    satisfied: Count | None = None
    responses: Count | None = None
    satisfied_customers: Count | None = None

    @model_validator(mode="after")
    def _one_form(self) -> "CsatInputs":
        _one_of(self.questions is not None, None not in (self.satisfied, self.responses), "questions")
        return self

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        if self.questions is not None:
            return calculators.csat([one.question() for one in self.questions], self.satisfied_customers)
        return calculators.csat_from_counts(self.satisfied or 0, self.responses or 0, self.satisfied_customers)


class CesInputs(Inputs):
    """Answers of one or more questions; each says which end of its scale is the easy one."""

    questions: Questions

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.ces([one.question() for one in self.questions])


class MovementInputs(Inputs):
    """Counts of accounts in a period, or the lists of those at its start, at its end and added in it."""

    start: Count | None = None
    new: Count = 0
    reactivated: Count = 0
    lost: Count | None = None
    lost_of_start: Count | None = None
    start_accounts: Ids | None = None
    end_accounts: Ids | None = None
    added_accounts: Ids = ()

    @model_validator(mode="after")
    def _one_form(self) -> "MovementInputs":
        lists = self.start_accounts is not None and self.end_accounts is not None
        _one_of(lists, self.start is not None and self.lost is not None, "start_accounts and end_accounts")
        return self

    def movement(self) -> calculators.Movement:
        """Return the movement, counted where lists were given."""
        if self.start_accounts is not None and self.end_accounts is not None:
            return calculators.movement_of(self.start_accounts, self.end_accounts, self.added_accounts)
        return calculators.Movement(self.start or 0, self.new, self.reactivated, self.lost or 0, self.lost_of_start)


class RetentionInputs(MovementInputs):
    """Accounts of a period."""

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.retention(self.movement())


class RevenueInput(Part):
    """Monthly revenue of one account at the start and at the end of the period."""

    start: Amount
    end: Amount


class ChurnInputs(MovementInputs):
    """Accounts of a period, and revenue of the accounts if revenue churn is wanted."""

    revenue: Annotated[tuple[RevenueInput, ...], Field(max_length=LONGEST_LIST)] = ()

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.churn(self.movement(), [calculators.Revenue(one.start, one.end) for one in self.revenue])


class CacInputs(Inputs):
    """Cost of sales and marketing and the customers won; ad spend and conversions for the cost per conversion."""

    cost: Amount
    new_customers: Count
    ad_spend: Amount | None = None
    conversions: Count | None = None

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.cac(self.cost, self.new_customers, self.ad_spend, self.conversions)


class ClvInputs(Inputs):
    """Yearly revenue of an account and the years it stays; acquisition cost and margin if they are known."""

    arpa_annual: Amount
    years: Annotated[float, Field(ge=0, le=200, allow_inf_nan=False)]
    acquisition_cost: Amount | None = None
    gross_margin_share: Annotated[float, Field(ge=-10, le=1, allow_inf_nan=False)] | None = None

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.clv(self.arpa_annual, self.years, self.acquisition_cost, self.gross_margin_share)


class ResponseTimeInputs(Inputs):
    """Seconds to the first reply of each answered inquiry, and how many were not answered."""

    seconds: Amounts
    unanswered: Count = 0

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.response_time(self.seconds, self.unanswered)


class ResolutionInputs(Inputs):
    """Counts of solved and unsolved cases; elapsed seconds and seconds of work of the solved if they are known."""

    solved: Count
    unsolved: Count
    elapsed_seconds: Amounts = ()
    effort_seconds: Amounts = ()

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        return calculators.resolution(self.solved, self.unsolved, self.elapsed_seconds, self.effort_seconds)


class TicketInput(Part):
    """One ticket; leave out what is not known."""

    solved: bool = True
    human_replies: Count | None = None
    bot_replies: Count = 0
    assignees: Count | None = None
    reopened_after_days: Amount | None = None
    voice: bool = False


class FirstContactInputs(Inputs):
    """Tickets one by one, or counts."""

    tickets: Annotated[tuple[TicketInput, ...], Field(min_length=1, max_length=LONGEST_LIST)] | None = None
    first_contact_tickets: Count | None = None
    known_tickets: Count | None = None
    one_agent_tickets: Count = 0
    staffed_tickets: Count = 0
    bot_tickets: Count = 0
    solved_tickets: Count = 0

    @model_validator(mode="after")
    def _one_form(self) -> "FirstContactInputs":
        _one_of(self.tickets is not None, None not in (self.first_contact_tickets, self.known_tickets), "tickets")
        return self

    def result(self) -> calculators.Result:
        """Compute both formulas."""
        if self.tickets is not None:
            return calculators.first_contact([calculators.Contact(**one.model_dump()) for one in self.tickets])
        return calculators.first_contact_from_counts(
            self.first_contact_tickets or 0,
            self.known_tickets or 0,
            self.one_agent_tickets,
            self.staffed_tickets,
            self.bot_tickets,
            self.solved_tickets,
        )


def _one_of(lists: bool, counts: bool, name: str) -> None:
    if lists == counts:
        raise ValueError(f"give either {name}, or every count that is needed instead" + (", not both" if lists else ""))
