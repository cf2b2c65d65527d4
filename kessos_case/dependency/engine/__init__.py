"""The rules of dependency over arrays: a night's people at once. Pure functions of NumPy arrays; rules.indicators is the law.

People, households and their months are places in arrays: person i is row i, column 59 is T. Whole rupiah in 64 bits, no floats.
"""

from kessos_case.dependency.engine.ledger import Lines, Memberships, Rupiah, Statements, nets
from kessos_case.dependency.engine.measures import Measures, are_stages_open, have_recent_aid, measure
from kessos_case.dependency.engine.scores import Scores, score

__all__ = [
    "Lines",
    "Measures",
    "Memberships",
    "Rupiah",
    "Scores",
    "Statements",
    "are_stages_open",
    "have_recent_aid",
    "measure",
    "nets",
    "score",
]
