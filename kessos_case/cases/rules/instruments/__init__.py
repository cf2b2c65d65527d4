"""Assessment instruments as data: what is asked, which answers are possible, how they score. No person and no clock.

The files stand in config/policies/instruments. Scores are whole numbers: points, and hundredths of a point for a mean.
What is not known stays unknown and is named, never guessed.

Other features rely on these items of household_skills, which keep id and meaning in every version: monthly_income (without
aid), monthly_spending and savings (rupiah); income_sources, household_size, school_age_children and children_at_school
(counts); has_health_insurance and has_social_support (yes or no); welfare_decile (1 to 10), welfare_decile_on (its date).
"""

from kessos_case.cases.rules.instruments.answers import (
    AnswerError,
    Change,
    DomainScore,
    Scores,
    change,
    check_answers,
    score,
)
from kessos_case.cases.rules.instruments.form import (
    LIMIT,
    Band,
    Condition,
    Direction,
    Domain,
    Instrument,
    Item,
    Kind,
    Option,
    Scoring,
)
from kessos_case.cases.rules.instruments.reading import read_instrument

__all__ = [
    "LIMIT",
    "AnswerError",
    "Band",
    "Change",
    "Condition",
    "Direction",
    "Domain",
    "DomainScore",
    "Instrument",
    "Item",
    "Kind",
    "Option",
    "Scores",
    "Scoring",
    "change",
    "check_answers",
    "read_instrument",
    "score",
]
