"""The picture of a person's months: what stands in a cell, and what the words beneath count."""

from uuid import UUID

from kessos_case.aid.service.grid import AidGrid, GridKind, GridMonth
from kessos_case.aid.service.picture import Cell, Picture, Sign, Stretch, picture, stretches
from kessos_case.core.months import Month, parse_month

RUNNING = parse_month("2026-03")


def given(own: int = 0, household: int = 0, *, reversed: bool = False) -> GridKind:
    return GridKind(own, household, reversed, ())


def drawn(
    months: dict[str, GridMonth | None] | None = None, *, covered: str = "2021-03", gap: int = 1, closing_lag: int = 0
) -> Picture:
    """The picture of 61 months up to March 2026, with what these months hold."""
    first = RUNNING - 60
    held = {parse_month(text): month for text, month in (months or {}).items()}
    every = [held.get(month) or GridMonth(month, {}, None, False, True) for month in range(first, RUNNING + 1)]
    every = [
        GridMonth(month.month, month.kinds, month.exempt, month.is_on, month.month >= parse_month(covered))
        for month in every
    ]
    return picture(AidGrid(UUID(int=1), first, RUNNING, tuple(every), 0), gap, closing_lag)


def on(text: str, **kinds: GridKind) -> dict[str, GridMonth]:
    held = kinds or {"consumption": given(300_000)}
    return {text: GridMonth(parse_month(text), held, None, held["consumption"].amount > 0, True)}


def cell(found: Picture, text: str) -> Cell:
    month: Month = parse_month(text)
    return next(cell for year in found.years for cell in year.cells if cell.month == month)


def test_years_are_whole_and_months_outside_are_empty():
    found = drawn()
    assert [year.number for year in found.years] == [2021, 2022, 2023, 2024, 2025, 2026]
    assert all(len(year.cells) == 12 for year in found.years)
    assert next(cell.month for cell in found.years[0].cells if cell.is_shown) == parse_month("2021-03")
    assert not cell(found, "2026-04").is_shown


def test_kinds_keep_their_order_and_what_counts_is_always_explained():
    held = {"insurance": given(42_000), "consumption": given(300_000)}
    found = drawn(on("2026-01", **held))
    assert found.kinds == ("consumption", "insurance")
    assert [strip.kind for strip in cell(found, "2026-01").strips] == ["consumption", "insurance"]
    assert drawn().kinds == ("consumption",)


def test_what_is_taken_back_stays_to_be_seen():
    months = on("2026-01", consumption=given(0, reversed=True)) | on("2025-12", consumption=given(-5, reversed=True))
    found = drawn(months)
    assert [strip.sign for strip in cell(found, "2026-01").strips] == [Sign.TAKEN_BACK]
    assert [strip.sign for strip in cell(found, "2025-12").strips] == [Sign.BELOW_ZERO]
    assert found.months_on == 0


def test_what_is_for_an_exempt_member_is_drawn_beside_and_not_counted():
    month = GridMonth(parse_month("2026-01"), {"insurance": given(42_000)}, given(0, 225_000), False, True)
    found = drawn({"2026-01": month})
    assert [(strip.kind, strip.sign) for strip in cell(found, "2026-01").strips] == [
        ("consumption", Sign.UNCOUNTED),
        ("insurance", Sign.GIVEN),
    ]
    assert found.months_on == 0


def test_the_running_month_is_drawn_and_not_counted():
    found = drawn(on("2026-03") | on("2026-02"))
    assert cell(found, "2026-03").is_running
    assert cell(found, "2026-03").strips
    assert (found.months_on, found.months_counted) == (1, 60)
    assert found.current == Stretch(parse_month("2026-02"), parse_month("2026-02"), 1, False)


def test_months_that_are_not_closed_yet_are_counted_as_little():
    found = drawn(on("2026-03") | on("2026-02") | on("2026-01"), closing_lag=1)
    assert [cell(found, month).is_running for month in ("2026-01", "2026-02", "2026-03")] == [False, True, True]
    assert (found.last, found.months_on) == (parse_month("2026-01"), 1)


def test_before_the_ledger_began_nothing_is_known():
    found = drawn(on("2024-01") | on("2025-01"), covered="2024-06")
    assert not cell(found, "2023-12").is_known
    assert cell(found, "2024-01").is_known
    assert (found.months_on, found.months_counted) == (1, 21)


def test_a_ledger_that_began_this_month_counts_nothing():
    found = drawn(covered="2026-03")
    assert (found.months_on, found.months_counted, found.stretches) == (0, 0, ())


def test_a_gap_as_long_as_the_policy_allows_ends_nothing():
    months = on("2025-10") | on("2025-12") | on("2026-01")
    assert drawn(months).current == Stretch(parse_month("2025-10"), parse_month("2026-01"), 3, False)
    assert [stretch.length for stretch in drawn(months, gap=0).stretches] == [1, 2]
    assert drawn(months, gap=0).current is None


def test_a_stretch_from_the_first_counted_month_may_have_begun_before():
    found = stretches([True, True, False, False, True], RUNNING, 1)
    assert [stretch.may_be_longer for stretch in found] == [True, False]
    assert stretches([False, True], RUNNING, 1)[0].may_be_longer
    assert not stretches([False, True], RUNNING, 0)[0].may_be_longer


def test_stretches_of_nothing():
    assert stretches([], RUNNING, 1) == ()
    assert stretches([False, False], RUNNING, 1) == ()
