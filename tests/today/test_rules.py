"""How a day is cut: each thing stands under one heading, and each view shows whole headings."""

from datetime import UTC, datetime, timedelta

import pytest

from kessos_case.today.rules import Group, View, edges

# Ten in the morning of a Monday in Jember; its day began at 17.00 the evening before in Greenwich.
NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
CUT = edges(NOW, datetime(2026, 3, 1, 17, tzinfo=UTC))


@pytest.mark.parametrize(
    ("due_at", "group"),
    [
        (NOW - timedelta(minutes=1), Group.OVERDUE),
        (NOW, Group.TODAY),
        (datetime(2026, 3, 2, 16, 59, tzinfo=UTC), Group.TODAY),
        (datetime(2026, 3, 2, 17, tzinfo=UTC), Group.WEEK),
        (datetime(2026, 3, 8, 16, 59, tzinfo=UTC), Group.WEEK),
        (datetime(2026, 3, 8, 17, tzinfo=UTC), Group.LATER),
    ],
)
def test_a_thing_stands_under_the_heading_of_its_time(due_at: datetime, group: Group):
    assert CUT.group(due_at) == group


def test_the_views_by_time_follow_each_other_without_a_gap():
    ends = [CUT.between(view) for view in (View.OVERDUE, View.TODAY, View.WEEK, View.LATER)]
    assert [end for _first, end in ends][:-1] == [first for first, _end in ends][1:]
    assert ends[0][0] is None
    assert ends[-1][1] is None


def test_the_page_opens_with_all_but_what_comes_later():
    assert CUT.between(View.SOON) == (None, CUT.between(View.WEEK)[1])


def test_whose_a_thing_is_says_nothing_about_its_time():
    assert CUT.between(View.DESK) == CUT.between(View.OFFICE) == (None, None)
