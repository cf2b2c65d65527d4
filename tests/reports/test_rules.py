"""Shares of few cases, and small figures that nobody may reckon out. No database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.reports.rules import LEAST_TOLD, TOTAL, Prior, hidden_cells, share_of


def test_nothing_is_said_of_nobody():
    nobody = share_of(0, 0, Prior(0.7, 10))
    assert (nobody.value, nobody.low, nobody.high, nobody.shrunk) == (None, None, None, None)


def test_a_share_says_between_what_it_lies():
    # Wilson's interval of 8 in 10, as Newcombe 1998 reckons it.
    share = share_of(8, 10)
    assert (share.value, round(share.low, 4), round(share.high, 4)) == (0.8, 0.4902, 0.9433)


def test_few_cases_are_drawn_to_the_mean_and_many_are_not():
    prior = Prior(0.7, 10)
    assert share_of(2, 2, prior).shrunk == pytest.approx(0.75)
    assert share_of(0, 1, prior).shrunk == pytest.approx(7 / 11)
    assert share_of(900, 1000, prior).shrunk == pytest.approx(907 / 1010)


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_share_always_lies_within_its_interval(part, more):
    share = share_of(part, part + more)
    assert 0 <= share.low <= share.value <= share.high <= 1
    assert share_of(part + more, part + more).high == 1


def test_a_part_larger_than_its_whole_is_refused():
    with pytest.raises(ValueError, match="no part"):
        share_of(3, 2)


def table(rows: dict[str, dict[str, int]]) -> dict[tuple[str, str], int]:
    """A table with its sums."""
    cells = {(row, column): count for row, counts in rows.items() for column, count in counts.items()}
    for (row, column), count in list(cells.items()):
        for cell in ((row, TOTAL), (TOTAL, column), (TOTAL, TOTAL)):
            cells[cell] = cells.get(cell, 0) + count
    return cells


def test_a_small_figure_is_hidden_with_another_of_its_row_and_of_its_column():
    hidden = hidden_cells(
        table({"a": {"x": 2, "y": 30, "z": 9}, "b": {"x": 8, "y": 20, "z": 40}, "c": {"x": 70, "y": 6}})
    )
    assert ("a", "x") in hidden
    assert ("a", "z") in hidden, "the smallest other of its row"
    assert ("b", "x") in hidden, "the smallest other of its column"
    assert ("a", "y") not in hidden
    assert (TOTAL, TOTAL) not in hidden


def test_nothing_is_hidden_where_nothing_is_small():
    assert hidden_cells(table({"a": {"x": 5, "y": 0}, "b": {"x": 7, "y": 12}})) == frozenset()


def test_two_ones_do_not_follow_from_their_sum():
    # 12 in all, 10 told: two that are hidden would each be one.
    hidden = hidden_cells(table({"a": {"x": 1, "y": 1, "z": 10}}))
    assert {("a", "x"), ("a", "y"), ("a", "z")} <= hidden


@given(st.lists(st.lists(st.sampled_from([0, 0, 1, 2, 4, 5, 7, 30]), min_size=1, max_size=4), min_size=1, max_size=4))
def test_no_hidden_figure_follows_from_a_line(counts):
    cells = table({str(place): {str(at): count for at, count in enumerate(row)} for place, row in enumerate(counts)})
    hidden = hidden_cells(cells)
    assert not [cell for cell, count in cells.items() if 0 < count < LEAST_TOLD and cell not in hidden]
    for side in (0, 1):
        for key in {cell[side] for cell in cells}:
            line = [cell for cell in cells if cell[side] == key]
            total = next(cell for cell in line if cell[1 - side] == TOTAL)
            dark = [cell for cell in line if cell in hidden]
            assert len(dark) != 1, "one alone follows from the others"
            if dark and total not in hidden:
                assert sum(cells[cell] for cell in dark) >= LEAST_TOLD
