"""Days and months as offices write them in a table."""

from datetime import date

import pytest

from kessos_case.core.months import format_month
from kessos_case.core.written import day_in, month_in


@pytest.mark.parametrize(
    "text",
    ["2025-01-31", "31/01/2025", "31-01-2025", "31.1.2025", "2025/01/31", "31 Januari 2025", "2025-01-31 00:00:00"],
)
def test_a_day_as_offices_write_it(text: str):
    assert day_in(text) == date(2025, 1, 31)


@pytest.mark.parametrize(
    "text", ["29/02/2025", "31/04/2025", "01/31/2025", "31/01/25", "2025-13-01", "20250131", "45688", "٣١/٠١/٢٠٢٥", "0"]
)
def test_what_is_no_day_or_not_surely_one(text: str):
    assert day_in(text) is None


def test_the_leap_day_is_a_day_in_its_year():
    assert day_in("29/02/2024") == date(2024, 2, 29)


@pytest.mark.parametrize(
    "text",
    ["2025-01", "01/2025", "1/2025", "01-2025", "Jan 2025", "Januari 2025", "JANUARI-2025", "2025-01-01", "1/1/2025"],
)
def test_a_month_as_offices_write_it(text: str):
    month = month_in(text)
    assert month is not None
    assert format_month(month) == "2025-01"


@pytest.mark.parametrize("text", ["2025-13", "00/2025", "2025", "Jan-25", "Januar 2025", "1899-01", "2025-1x"])
def test_what_is_no_month(text: str):
    assert month_in(text) is None
