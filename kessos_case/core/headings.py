"""Which column of a table is which: the row of a sheet that names them, however an office writes their names."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from kessos_case.core.text import clean_text

# The heading is looked for in so many rows: many files begin with the name of the office.
HEADING_WITHIN = 20

_NO_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Heading:
    """Where each column of a contract stands; `unknown` are columns that nobody reads, `twice` those that clash."""

    columns: Sequence[str]
    places: Mapping[str, int]
    width: int
    unknown: tuple[str, ...]
    twice: tuple[str, ...]

    def cells(self, row: Sequence[str]) -> list[str]:
        """The cells of a row in the order of the contract; what is not there is empty."""
        padded = [*row[: self.width], *[""] * (self.width + 1 - len(row))]
        return [cell.strip() for cell in self._in_order(padded)]

    @cached_property
    def _in_order(self) -> Callable[[Sequence[str]], Sequence[str]]:
        # Beyond the last cell stands one that is always empty, for the columns that the file has not.
        return itemgetter(*[self.places.get(name, self.width) for name in self.columns])


def bare(text: str) -> str:
    """As words are compared: small letters and digits, one _ for whatever stands between them."""
    return _NO_LETTERS.sub("_", text.lower()).strip("_")


def heading_in(cells: Sequence[str], columns: Sequence[str], other_names: Mapping[str, str]) -> Heading:
    """Read a row as a heading: capitals, signs and the other names of a column do not matter."""
    places: dict[str, int] = {}
    unknown, twice = [], []
    for place, cell in enumerate(cells):
        said = bare(cell)
        name = other_names.get(said, said)
        if name in places:
            twice.append(name)
        elif name in columns:
            places[name] = place
        elif said:
            unknown.append(clean_text(cell)[:60])
    return Heading(tuple(columns), places, len(cells), tuple(unknown), tuple(twice))
