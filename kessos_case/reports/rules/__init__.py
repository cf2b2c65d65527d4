"""What a share of few cases says, which small figures are not told outside, and what is told of single people. Values in,
values out.
"""

from kessos_case.core.hiding import LEAST_TOLD, TOTAL, hidden_cells
from kessos_case.core.shares import Prior, Share, share_of
from kessos_case.reports.rules.anonymity import COUNTED, Traits, age_band, most_told, told_answer, told_traits

__all__ = [
    "COUNTED",
    "LEAST_TOLD",
    "TOTAL",
    "Prior",
    "Share",
    "Traits",
    "age_band",
    "hidden_cells",
    "most_told",
    "share_of",
    "told_answer",
    "told_traits",
]
