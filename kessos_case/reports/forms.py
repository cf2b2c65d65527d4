"""What the addresses of the pages of figures may say: only words that the pages offer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kessos_case.core.months import Month, parse_month
from kessos_case.reference.service import tiles


@dataclass(frozen=True)
class UnmetFilter:
    """Which figures of unmet need a reader looks at."""

    month: Month
    show: str
    service: str
    place: str


def month_from(text: str, offered: Collection[Month]) -> Month | None:
    """The month that an address names, when the page offers it."""
    try:
        month = parse_month(text)
    except ValueError:
        return None
    return month if month in offered else None


def place_from(args: Mapping[str, str]) -> str:
    """The regency that an address names; empty for none."""
    place = args.get("place", "")
    return place if place in {tile.code for tile in tiles()} else ""


def word_from(args: Mapping[str, str], name: str, offered: Collection[str], default: str = "") -> str:
    """A word of an address that the page offers, else the default."""
    word = args.get(name, "")
    return word if word in offered else default
