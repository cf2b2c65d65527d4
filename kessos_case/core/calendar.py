"""The days on which no desk is manned."""

from datetime import date
from functools import cache

import holidays


@cache
def free_days(year: int) -> frozenset[date]:
    """Public holidays of Indonesia and the government's collective leave (cuti bersama) in this year; weekends not."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government")))
