"""What a customer costs and what a customer is worth."""

from schemas.calculators.results import Figure, Result, ratio
from schemas.fields import Direction


def cac(cost: float, new_customers: int, ad_spend: float | None = None, conversions: int | None = None) -> Result:
    """Divide sales and marketing cost by the customers won; nobody won is no value, never 0 or infinity."""
    per_conversion = None if ad_spend is None or conversions is None else ratio(ad_spend, conversions)
    return Result(
        calculator="cac",
        corrected=(
            Figure(
                "Customer acquisition cost",
                ratio(cost, new_customers),
                "currency",
                "all sales and marketing cost ÷ new customers",
                Direction.NEUTRAL,
                "cac",
            ),
            Figure("Cost per conversion", per_conversion, "currency", "ad spend ÷ conversions", Direction.DOWN, "cpa"),
        ),
        guides=(
            Figure(
                "Cost per acquisition",
                ratio(cost, new_customers),
                "currency",
                "total cost ÷ new customers, called cost per acquisition",
                Direction.DOWN,
            ),
        ),
        difference=(
            "The division is the same; the name is not. Cost per acquisition is what ad platforms report: ad spend "
            "over their own conversions, which are not yet customers. Lower is not always better, since a small "
            "budget lowers it too; and where sales take months, the cost belongs to an earlier period."
        ),
        warnings=() if new_customers else ("Nobody was won, so there is no cost per customer.",),
    )


def clv(
    arpa_annual: float, years: float, acquisition_cost: float | None = None, gross_margin_share: float | None = None
) -> Result:
    """Multiply yearly revenue of an account by the years it stays; the cost of winning it comes off once."""
    gross = arpa_annual * years
    net = None if acquisition_cost is None else gross - acquisition_cost
    margin = None if gross_margin_share is None else gross * gross_margin_share
    missing = []
    if acquisition_cost is None:
        missing.append("The net value and the ratio need the acquisition cost; the gross value does not.")
    if gross_margin_share is None:
        missing.append("The value by margin needs the gross margin; revenue is not profit.")
    return Result(
        calculator="clv",
        corrected=(
            Figure(
                "Customer lifetime value, gross",
                gross,
                "currency",
                "yearly revenue per account × years",
                Direction.UP,
                "clv_gross",
            ),
            Figure(
                "Customer lifetime value by margin",
                margin,
                "currency",
                "gross value × gross margin",
                Direction.UP,
                "clv_margin",
            ),
            Figure(
                "Value to acquisition cost",
                None if acquisition_cost is None else ratio(gross, acquisition_cost),
                "ratio",
                "gross value ÷ acquisition cost",
                Direction.UP,
                "ltv_cac_ratio",
            ),
        ),
        guides=(
            Figure(
                "Customer lifetime value, net",
                net,
                "currency",
                "gross value − acquisition cost",
                Direction.UP,
                "clv_net",
            ),
        ),
        difference=(
            "The guides define the gross value and compute the net one. The ratio to the acquisition cost always takes "
            "the gross value, else that cost counts twice."
        ),
        warnings=tuple(missing),
    )
