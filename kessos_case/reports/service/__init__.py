"""Figures over many, each for those who may see it; other features enter here."""

from kessos_case.reports.service.cohorts import Cohorts, Group, Selection, cohort_rows, may_ask, read_cohorts
from kessos_case.reports.service.comparison import Comparison, compare_course, compared_courses
from kessos_case.reports.service.lives import draw_lives, finish_lives, people_with_lives, read_lives
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
from kessos_case.reports.service.trainings import TrainingLine, TrainingOutcomes, count_courses, training_outcomes
from kessos_case.reports.service.unmet import UnmetCell, UnmetNeed, unmet_months, unmet_need, unmet_rows

__all__ = [
    "MONTHS",
    "Cohorts",
    "Comparison",
    "Figures",
    "Gap",
    "Group",
    "PlaceStrength",
    "ResearchTable",
    "Scorecard",
    "Selection",
    "StrengthLine",
    "TrainingLine",
    "TrainingOutcomes",
    "UnmetCell",
    "UnmetNeed",
    "assessment_items",
    "cohort_rows",
    "compare_course",
    "compared_courses",
    "count_courses",
    "count_records",
    "draw_lives",
    "every_strength_line",
    "finish_lives",
    "gaps",
    "may_ask",
    "opened_by",
    "people_with_lives",
    "read_cohorts",
    "read_lives",
    "read_scorecard",
    "read_strength",
    "scorecard_offers",
    "sees_every_scorecard",
    "sees_scorecard",
    "strength_lines",
    "training_outcomes",
    "unmet_months",
    "unmet_need",
    "unmet_rows",
]
