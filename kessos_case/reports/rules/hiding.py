"""Which small figures are not told, as every room that counts people does it."""

from kessos_case.core.hiding import LEAST_TOLD, TOTAL, Cell, hidden_cells

__all__ = ["LEAST_TOLD", "TOTAL", "Cell", "hidden_cells"]
