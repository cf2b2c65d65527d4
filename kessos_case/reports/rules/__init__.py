"""What a share of few cases says, and which small figures are not told outside. Values in, values out."""

from kessos_case.reports.rules.hiding import LEAST_TOLD, TOTAL, hidden_cells
from kessos_case.reports.rules.shares import Prior, Share, share_of

__all__ = ["LEAST_TOLD", "TOTAL", "Prior", "Share", "hidden_cells", "share_of"]
