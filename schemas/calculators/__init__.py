"""The figures that the guides teach, by our formula and by theirs, side by side. Pure functions; no data is read."""

from schemas.calculators.accounts import Movement, Revenue, churn, movement_of, retention
from schemas.calculators.results import Band, Figure, Result, band_of
from schemas.calculators.service import Contact, first_contact, first_contact_from_counts, resolution, response_time
from schemas.calculators.surveys import Question, ces, csat, csat_from_counts, nps_from_counts, nps_from_scores
from schemas.calculators.value import cac, clv

__all__ = [
    "Band",
    "Contact",
    "Figure",
    "Movement",
    "Question",
    "Result",
    "Revenue",
    "band_of",
    "cac",
    "ces",
    "churn",
    "clv",
    "csat",
    "csat_from_counts",
    "first_contact",
    "first_contact_from_counts",
    "movement_of",
    "nps_from_counts",
    "nps_from_scores",
    "resolution",
    "response_time",
    "retention",
]
