"""The permission table and pure rules of access."""

import pytest

from kessos_case.access import rules
from kessos_case.access.rules import Role


def test_who_hands_out_rights_and_who_guards_privacy_see_no_case_content():
    for role in (Role.ADMINISTRATOR, Role.DPO):
        resources = {line.resource for line in rules.PERMISSIONS if line.role is role}
        assert resources & {"client", "referral", "timeline"} == set()


def test_a_reporter_cannot_search_people():
    for role in (Role.TKSK, Role.PARTNER):
        assert not rules.may(frozenset({role}), "client", "search")
        assert not rules.may(frozenset({role}), "referral", "match")


def test_nobody_decides_about_his_own_report_by_one_line():
    scopes = {
        "resubmit": {"own"}, "return": {"region"}, "triage": {"region"}, "reject": {"region"}, "retry": {"region"},
        # Both may end it: whoever sent it his own, a desk what lies in its region.
        "withdraw": {"own", "region"},
    }  # fmt: skip
    for action, wanted in scopes.items():
        lines = [line for line in rules.PERMISSIONS if (line.resource, line.action) == ("referral", action)]
        assert {str(line.scope) for line in lines} == wanted
        assert all(line.scope != "region" or line.role is Role.TRIAGE for line in lines)


@pytest.mark.parametrize(
    ("code", "place", "holds"),
    [("35", "35.09.12", True), ("35.09", "35.09", True), ("35.09", "35.091", False), ("35.09.12", "35.09", False)],
)
def test_a_region_holds_what_lies_below_it(code, place, holds):
    assert rules.reaches_region(frozenset({code}), place) is holds


def test_roles_that_clash_are_named():
    assert rules.clashing_roles(frozenset({"dpo", "administrator", "tksk"})) == [frozenset({"dpo", "administrator"})]
    assert rules.clashing_roles(frozenset({"tksk", "partner"})) == []


@pytest.mark.parametrize(
    ("password", "weakness"),
    [
        ("pendek-saja", "short"),
        ("panjang-sri.hartati-1", "has_username"),
        ("Password123456", "common"),
        ("ra.ha.si.a 2026!!", "common"),
        ("IndonesiaIndonesia", "common"),
        ("111111111111", "common"),
        ("kuda-biru-makan-jendela", None),
        ("x7!Kq2#Lm9$w", None),
    ],
)
def test_a_common_word_with_digits_is_still_that_word(password, weakness):
    common = frozenset({"password", "rahasia", "indonesia"})
    assert rules.password_weakness(password, "sri.hartati", common) == weakness
