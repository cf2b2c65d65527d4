"""Figures over many, each for those who may see it; other features enter here."""

from kessos_case.reports.service.records import count_records
from kessos_case.reports.service.research import ResearchTable, assessment_items
from kessos_case.reports.service.scorecards import MONTHS, Figures, Scorecard, read_scorecard, scorecard_offers
from kessos_case.reports.service.sight import opened_by, sees_every_scorecard, sees_scorecard
from kessos_case.reports.service.strength import (
    Gap,
    PlaceStrength,
    StrengthLine,
    every_strength_line,
    gaps,
    read_strength,
    strength_lines,
)
from kessos_case.reports.service.unmet import UnmetCell, UnmetNeed, unmet_months, unmet_need, unmet_rows

__all__ = [
    "MONTHS",
    "Figures",
    "Gap",
    "PlaceStrength",
    "ResearchTable",
    "Scorecard",
    "StrengthLine",
    "UnmetCell",
    "UnmetNeed",
    "assessment_items",
    "count_records",
    "every_strength_line",
    "gaps",
    "opened_by",
    "read_scorecard",
    "read_strength",
    "scorecard_offers",
    "sees_every_scorecard",
    "sees_scorecard",
    "strength_lines",
    "unmet_months",
    "unmet_need",
    "unmet_rows",
]
