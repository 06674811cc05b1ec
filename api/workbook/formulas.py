"""The calculators of the spreadsheet: inputs that a person changes, and both formulas of each figure.

The formulas are those of schemas/calculators; a test computes them with an engine of its own and compares.
"""

from dataclasses import dataclass
from typing import Literal

Unit = Literal["number", "percent", "money", "seconds", "points"]


@dataclass(frozen=True)
class Input:
    """A cell to fill in, with an example in it. Formulas speak of it by its name in braces."""

    name: str
    label: str
    example: float


@dataclass(frozen=True)
class Output:
    """A cell that is computed. A division by nothing leaves it empty."""

    label: str
    formula: str
    unit: Unit
    words: str


@dataclass(frozen=True)
class Calculator:
    """A block of the sheet: the corrected figures first, then the simple variant of the guides."""

    title: str
    inputs: tuple[Input, ...]
    corrected: tuple[Output, ...]
    simple: tuple[Output, ...]
    difference: str


CALCULATORS: tuple[Calculator, ...] = (
    Calculator(
        "Net Promoter Score (NPS)",
        (
            Input("promoters", "Promoters (9 and 10)", 120),
            Input("detractors", "Detractors (0 to 6)", 45),
            Input("responses", "All responses", 250),
        ),
        (
            Output(
                "NPS",
                "({promoters}-{detractors})/{responses}*100",
                "points",
                "(promoters − detractors) ÷ responses × 100",
            ),
        ),
        (Output("NPS", "({promoters}-{detractors})/{responses}*100", "points", "% promoters − % detractors"),),
        "The same number, told in points from −100 to 100; it is not a percentage.",
    ),
    Calculator(
        "Customer satisfaction (CSAT)",
        (
            Input("satisfied", "Satisfied responses (4 and 5 of 5)", 410),
            Input("satisfied_customers", "Satisfied customers", 380),
            Input("responses", "All responses", 480),
        ),
        (Output("CSAT", "{satisfied}/{responses}", "percent", "satisfied responses ÷ responses"),),
        (Output("CSAT", "{satisfied_customers}/{responses}", "percent", "satisfied customers ÷ responses"),),
        "A customer who answers twice makes the simple share too small.",
    ),
    Calculator(
        "Customer effort (CES)",
        (
            Input("easy", "Easy responses (5 to 7 of 7)", 210),
            Input("effort_sum", "Sum of effort scores (1 to 7, high is hard)", 690),
            Input("responses", "All responses", 260),
        ),
        (
            Output("Ease rate", "{easy}/{responses}", "percent", "easy responses ÷ responses"),
            Output("Average effort", "{effort_sum}/{responses}", "number", "sum of efforts ÷ responses"),
        ),
        (Output("CES", "{effort_sum}/{responses}", "number", "sum of scores ÷ responses"),),
        "Say which way the scale runs: ease goes up with good service, effort goes down.",
    ),
    Calculator(
        "Retention and churn",
        (
            Input("start", "Accounts at the start", 100),
            Input("new", "New accounts in the period", 15),
            Input("lost_of_start", "Accounts of the start that left", 25),
            Input("lost_of_new", "New accounts that left again", 5),
        ),
        (
            Output(
                "Retention rate",
                "({start}-{lost_of_start})/{start}",
                "percent",
                "accounts of the start that stayed ÷ start",
            ),
            Output("Churn rate", "{lost_of_start}/{start}", "percent", "accounts of the start that left ÷ start"),
        ),
        (
            Output(
                "Retention rate",
                "({start}+{new}-{lost_of_start}-{lost_of_new}-{new})/{start}",
                "percent",
                "(end − new) ÷ start",
            ),
            Output("Churn rate", "({lost_of_start}+{lost_of_new})/{start}", "percent", "all who left ÷ start"),
        ),
        "The simple forms go wrong when somebody joins and leaves within the period.",
    ),
    Calculator(
        "Customer acquisition cost (CAC)",
        (
            Input("cost", "All sales and marketing cost", 54_000),
            Input("won", "New customers", 12),
            Input("ad_spend", "Of it, ad spend", 21_000),
            Input("conversions", "Conversions that ad platforms report", 140),
        ),
        (
            Output("CAC", "{cost}/{won}", "money", "all sales and marketing cost ÷ new customers"),
            Output("Cost per conversion", "{ad_spend}/{conversions}", "money", "ad spend ÷ conversions"),
        ),
        (Output("Cost per acquisition", "{cost}/{won}", "money", "total cost ÷ new customers"),),
        "A conversion is not yet a customer, so the two costs are told apart.",
    ),
    Calculator(
        "Customer lifetime value (CLV)",
        (
            Input("arpa", "Yearly revenue per account", 9_600),
            Input("years", "Average years of the relationship", 3.5),
            Input("margin", "Gross margin, as a share", 0.7),
            Input("acquisition", "Acquisition cost", 4_500),
        ),
        (
            Output("CLV, gross", "{arpa}*{years}", "money", "yearly revenue × years"),
            Output("CLV by margin", "{arpa}*{years}*{margin}", "money", "gross value × gross margin"),
            Output("CLV, net", "{arpa}*{years}-{acquisition}", "money", "gross value − acquisition cost"),
            Output("Value to cost", "{arpa}*{years}/{acquisition}", "number", "gross value ÷ acquisition cost"),
        ),
        (Output("CLV", "{arpa}*{years}-{acquisition}", "money", "yearly revenue × years − acquisition cost"),),
        "The guides define the gross value and compute the net one.",
    ),
    Calculator(
        "Response and resolution",
        (
            Input("wait_seconds", "Sum of waits for the first reply, in seconds", 864_000),
            Input("answered", "Answered tickets", 300),
            Input("received", "Received tickets", 340),
            Input("solved", "Solved of those received", 310),
            Input("solve_seconds", "Sum of times to solve, in seconds", 24_000_000),
        ),
        (
            Output("First response time", "{wait_seconds}/{answered}", "seconds", "sum of waits ÷ answered tickets"),
            Output("Resolution rate", "{solved}/{received}", "percent", "solved ÷ received"),
            Output("Resolution time", "{solve_seconds}/{solved}", "seconds", "sum of times ÷ solved tickets"),
        ),
        (Output("First response time", "{wait_seconds}/{received}", "seconds", "sum of waits ÷ all tickets"),),
        "Tickets without a reply have no wait: dividing by all makes service look faster.",
    ),
    Calculator(
        "First contact resolution",
        (
            Input("first", "Solved by one reply of one person", 150),
            Input("known", "Solved tickets whose replies are known", 300),
            Input("received", "Received tickets", 340),
        ),
        (
            Output(
                "First contact resolution",
                "{first}/{known}",
                "percent",
                "solved at first contact ÷ solved, where known",
            ),
        ),
        (Output("First contact resolution", "{first}/{received}", "percent", "solved at first contact ÷ received"),),
        "Tickets that are still open cannot have been solved at first contact.",
    ),
)
