"""Kinds and their words, ways, attempts, working days: values in, values out."""

import re
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from kessos_case.access.rules import Role
from kessos_case.notices import wording
from kessos_case.notices.rules import (
    Channel,
    NoticeKind,
    digest_time,
    is_working_day,
    next_attempt,
    one_line,
    page_of,
    ways,
)

ID = UUID(int=7)
NOW = datetime.fromisoformat("2026-03-02T03:00:00+00:00")


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_words_and_a_page(kind: NoticeKind):
    assert str(wording.TITLES[kind])
    assert str(wording.ADVICE[kind]).endswith(".")
    # Cases that were handed over are many: the caseload has them.
    assert str(ID) in page_of(kind, ID) or (kind, page_of(kind, ID)) == (NoticeKind.CASES_HANDED_OVER, "/cases")


@pytest.mark.parametrize("kind", NoticeKind)
def test_no_sentence_has_a_place_for_a_name(kind: NoticeKind):
    # Nothing can be put in: neither of a person nor of a place.
    said = f"{wording.TITLES[kind]} {wording.ADVICE[kind]}"
    assert re.findall(r"%\(|\{|%s", said) == []


@pytest.mark.parametrize("kind", NoticeKind)
def test_what_cannot_wait_fits_into_one_short_message(kind: NoticeKind):
    text = wording.urgent_letter(kind, "https://kessos.dinsos.jatimprov.go.id/notices").text
    assert len(text) <= 306, "two parts of SMS hold 306 characters"
    assert text.isascii(), "one letter beyond the old alphabet halves what an SMS holds"


def test_every_role_has_a_word():
    assert set(wording.ROLES) == set(Role)


@pytest.mark.parametrize(
    ("has_mail", "by_mail", "by_message", "has_phone", "expected"),
    [
        (True, True, None, False, (Channel.MAIL,)),
        (True, False, None, False, ()),
        (False, True, None, False, ()),
        (False, True, "sms", True, (Channel.SMS,)),
        (True, True, "whatsapp", True, (Channel.MAIL, Channel.WHATSAPP)),
        (True, True, "whatsapp", False, (Channel.MAIL,)),
        (False, False, None, True, ()),
    ],
)
def test_a_user_is_told_by_the_ways_he_has_and_wants(has_mail, by_mail, by_message, has_phone, expected):
    assert ways(has_mail=has_mail, by_mail=by_mail, by_message=by_message, has_phone=has_phone) == expected


def test_a_failed_message_waits_longer_each_time_and_is_given_up_after_the_fifth():
    waits = [(next_attempt(attempts, NOW) or NOW) - NOW for attempts in range(1, 6)]
    assert waits == [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta()]
    assert next_attempt(5, NOW) is None


def test_no_mail_on_weekends_and_free_days():
    monday, saturday = date(2026, 3, 2), date(2026, 3, 7)
    assert is_working_day(monday, frozenset())
    assert not is_working_day(saturday, frozenset())
    assert not is_working_day(monday, frozenset({monday}))


def test_the_time_of_the_digest_is_a_time_or_never():
    assert str(digest_time("06:30")) == "06:30:00"
    assert digest_time("") is None
    with pytest.raises(ValueError, match="Invalid"):
        digest_time("pagi")


def test_nothing_begins_a_new_line_in_the_head_of_a_mail():
    assert one_line("UPT A\r\nBcc: x@evil.example\u2028\x00") == "UPT A Bcc: x@evil.example"
