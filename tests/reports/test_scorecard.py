"""Scorecards against a past that was counted by hand, and against a slow count of pasts made at random."""

import random
from datetime import date, timedelta
from uuid import UUID

import pytest

from kessos_case.core.errors import Forbidden, NotFound
from kessos_case.core.months import month_of, parse_month
from kessos_case.reports.service import Figures, Scorecard, read_scorecard
from tests.conftest import Clock, Truth
from tests.factories import SURABAYA, Make, fresh_id
from tests.factories.offers import shelter
from tests.factories.reports import Past, at, past

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def card(make: Make, by, organisation_id: UUID) -> Scorecard:
    with make.acting(by) as session:
        return read_scorecard(session, organisation_id)


def month(found: Scorecard, text: str) -> Figures:
    return next(figures for figures in found.months if figures.month == parse_month(text))


@pytest.fixture
def lived(make: Make, truth: Truth, clock: Clock) -> Past:
    """Twenty offers of three years with known fates, on both sides of midnight, of a year and of a leap day."""
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    offer = lived.offer
    # Older than the months that are shown: 3.
    offer(at("2024-02-29 10:00"), "declined", answered=HOUR, ended=HOUR, reason="full")
    offer(
        at("2024-02-29 23:59"), "accepted", answered=2 * HOUR, ended=30 * DAY, met=DAY, outcome="served", named_day=True
    )
    offer(at("2024-03-01 00:00"), "expired", ended=2 * DAY)
    # December 2025: 6, of which one was made on the last minute of the year.
    for day, hours in ((1, 4), (2, 8), (3, 12)):
        offer(at(f"2025-12-0{day} 09:00"), "accepted", answered=hours * HOUR, ended=40 * DAY, met=2 * DAY, outcome="served",
              named_day=True)  # fmt: skip
    offer(at("2025-12-05 09:00"), "accepted", answered=HOUR, ended=9 * DAY, met=DAY, outcome="died", named_day=True)
    offer(at("2025-12-06 09:00"), "accepted", answered=HOUR, ended=9 * DAY, met=DAY, outcome="left", named_day=True)
    offer(at("2025-12-31 23:59"), "declined", answered=HOUR, ended=HOUR, reason="full")
    # January 2026: 6. At five past midnight in Jember it is still December in UTC.
    offer(at("2026-01-01 00:05"), "declined", answered=24 * HOUR, ended=24 * HOUR, reason="no_staff")
    offer(at("2026-01-02 09:00"), "declined", answered=6 * HOUR, ended=5 * DAY, reason="no_longer_able", met=3 * DAY,
          missed=[DAY], named_day=True)  # fmt: skip
    offer(
        at("2026-01-03 09:00"),
        "revoked",
        answered=6 * HOUR,
        ended=9 * DAY,
        missed=[DAY, 2 * DAY, 9 * DAY],
        named_day=True,
    )
    offer(at("2026-01-04 09:00"), "revoked", ended=HOUR)
    offer(at("2026-01-05 09:00"), "expired", ended=2 * DAY)
    offer(at("2026-01-31 23:59"), "expired", ended=2 * DAY)
    # February and March 2026: 5, three of them undecided.
    offer(at("2026-02-28 23:59"), "waiting", answered=3 * HOUR, named_day=True)
    offer(at("2026-02-27 09:00"), "accepted", answered=HOUR, named_day=True)
    offer(at("2026-03-01 00:00"), "open")
    offer(at("2026-03-01 09:00"), "open")
    offer(at("2026-03-01 10:00"), "revoked", ended=DAY)
    return lived


def test_every_figure_is_what_was_counted_by_hand(lived: Past, make: Make):
    found = card(make, lived.receiver.user, lived.receiver.office.id)
    all_ = found.all
    assert (all_.offers, all_.accepted, all_.declined, all_.expired) == (20, 9, 3, 3)
    assert (all_.in_line, all_.open, all_.taken_back) == (1, 2, 2)
    assert (all_.acceptance.part, all_.acceptance.whole) == (9, 15)
    # The hours of the thirteen answers are 1 1 1 1 1 2 3 4 6 6 8 12 24.
    assert (all_.answered, all_.answer_hours) == (13, 3)
    assert all_.answer_share == pytest.approx((70 / 48 + 3) / 16)
    # Met are seven; handed back and one who missed three times are not pending, the accepted one of February is.
    assert (all_.met, all_.meeting.part, all_.meeting.whole) == (7, 7, 7)
    assert (all_.completed, all_.served, all_.success.whole) == (6, 4, 6)
    assert (all_.handed_back, all_.no_shows) == (1, 4)
    assert found.decline_reasons == {"full": 2, "no_staff": 1}
    assert found.hand_back_reasons == {"no_longer_able": 1}


def test_an_offer_belongs_to_the_month_of_the_office(lived: Past, make: Make):
    found = card(make, lived.receiver.user, lived.receiver.office.id)
    assert found.months[0].month == parse_month("2026-03")
    assert len(found.months) == 24
    counts = {name: month(found, name).offers for name in ("2024-04", "2025-12", "2026-01", "2026-02", "2026-03")}
    assert counts == {"2024-04": 0, "2025-12": 6, "2026-01": 6, "2026-02": 2, "2026-03": 3}
    december = month(found, "2025-12")
    assert (december.accepted, december.declined, december.acceptance.value) == (5, 1, 5 / 6)
    # Who died is counted against nobody; who left was not served.
    assert (december.served, december.success.whole, december.success.shrunk) == (3, 4, (3 + 7) / 14)


def test_what_is_open_is_in_no_share(lived: Past, make: Make):
    march = month(card(make, lived.receiver.user, lived.receiver.office.id), "2026-03")
    assert (march.offers, march.open, march.taken_back) == (3, 2, 1)
    assert (march.acceptance.whole, march.acceptance.value, march.answer_hours) == (0, None, None)


def test_an_empty_past_says_nothing(make: Make, truth: Truth):
    receiver = shelter(make)
    found = card(make, receiver.user, receiver.office.id)
    assert (found.all.offers, found.all.acceptance.value, found.all.answer_share) == (0, None, None)


def test_work_counts_when_its_180_days_are_over(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    here = lived.receiver.office.id
    # 180 days after 3 September 2025 is 2 March 2026: today.
    lived.work(date(2025, 9, 3), employer=here, checked=178)
    lived.work(date(2025, 9, 4), employer=here, checked=178)
    lived.work(date(2025, 2, 1), employer=here, ended_on=date(2025, 7, 30))
    lived.work(date(2025, 2, 1), employer=here, ended_on=date(2025, 7, 31))
    lived.work(date(2025, 2, 2), employer=here)
    lived.work(date(2025, 2, 3), employer=here, ended_on=date(2025, 3, 1), end_reason="deceased")
    lived.work(date(2025, 2, 4), employer=here, checked=185, is_verified=False)
    found = card(make, lived.receiver.user, here)
    assert (found.all.retained, found.all.observed, found.all.unseen) == (2, 3, 1)
    assert found.all.retention.shrunk == pytest.approx((2 + 7) / 13)
    assert (month(found, "2025-02").retained, month(found, "2025-02").observed) == (1, 2)
    assert (month(found, "2025-09").retained, month(found, "2025-09").observed) == (1, 1)


FATES = {
    "open": {}, "expired": {"ended": 2 * DAY}, "waiting": {"answered": HOUR, "named_day": True},
    "declined": {"answered": 3 * HOUR, "ended": 3 * HOUR, "reason": "full"},
    "accepted": {"answered": 5 * HOUR, "named_day": True},
    "revoked": {"ended": HOUR},
}  # fmt: skip


def test_pasts_made_at_random_are_counted_like_one_by_one(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    chance = random.Random(7)
    lived, kept = past(make, truth), []
    for _ in range(120):
        offered = at("2023-01-01 00:00") + timedelta(minutes=chance.randrange(60 * 24 * 1150))
        fate = chance.choice(list(FATES))
        said = dict(FATES[fate])
        if fate == "accepted" and chance.random() < 0.7:
            said |= {
                "met": DAY,
                "ended": 9 * DAY,
                "outcome": chance.choice(["served", "left", "died", "helped_partly"]),
            }
        if fate == "declined" and chance.random() < 0.4:
            said |= {"named_day": True, "ended": 4 * DAY, "reason": "incident", "missed": [DAY] * chance.randrange(3)}
        lived.offer(offered, fate, **said)
        kept.append((month_of(offered.date()), fate, said))
    found = card(make, lived.receiver.user, lived.receiver.office.id)
    for figures in [*found.months, found.all]:
        assert _told(figures) == _slow([row for row in kept if figures.month in (None, row[0])])


def _told(figures: Figures) -> dict[str, int]:
    names = ("offers", "accepted", "declined", "expired", "in_line", "open", "taken_back", "answered", "met", "completed",
             "served", "handed_back", "no_shows")  # fmt: skip
    return {name: getattr(figures, name) for name in names} | {
        "decided": figures.acceptance.whole, "ended": figures.success.whole,
    }  # fmt: skip


def _slow(rows) -> dict[str, int]:
    """Counted row by row, as one would with a pencil."""
    handed_back = [said for _, fate, said in rows if fate == "declined" and said.get("named_day")]
    plain = [said for _, fate, said in rows if fate == "declined" and not said.get("named_day")]
    taken = [said for _, fate, said in rows if fate == "accepted"] + handed_back
    fates = {name: len([1 for _, fate, _said in rows if fate == name]) for name in FATES}
    done = [said["outcome"] for _, _fate, said in rows if "outcome" in said]
    return {
        "offers": len(rows), "accepted": len(taken), "declined": len(plain), "expired": fates["expired"],
        "in_line": fates["waiting"], "open": fates["open"], "taken_back": fates["revoked"],
        "answered": len([1 for *_, said in rows if "answered" in said]),
        "met": len([1 for *_, said in rows if "met" in said]), "completed": len(done), "served": done.count("served"),
        "handed_back": len(handed_back), "no_shows": sum(len(said.get("missed", ())) for *_, said in rows),
        "decided": len(taken) + len(plain) + fates["expired"],
        "ended": len(done) - done.count("died") + len(handed_back),
    }  # fmt: skip


def test_whose_scorecard_one_may_see(lived: Past, make: Make):
    here = lived.receiver.office.id
    assert card(make, make.user("triage"), here).is_exact, "the desk of the place"
    assert card(make, make.user("triage", organisation="DINSOS-35"), here).is_exact, "the desk of the province"
    away = make.user("triage", organisation=f"DINSOS-{SURABAYA}")
    assert not card(make, away, here).is_exact
    assert not card(make, make.user("administrator"), here).is_exact
    for stranger in (shelter(make).user, make.user("supervisor", organisation="PSTW-BONDOWOSO"), make.caseworker()):
        with pytest.raises(Forbidden):
            card(make, stranger, here)
    with pytest.raises(NotFound):
        card(make, make.user("administrator"), fresh_id())


def test_outside_no_small_figure_is_told(lived: Past, make: Make):
    found = card(make, make.user("administrator"), lived.receiver.office.id)
    assert found.decline_reasons == {}
    for figures in [*found.months, found.all]:
        told = {name: value for name, value in vars(figures).items() if isinstance(value, int) and name != "month"}
        assert {name: value for name, value in told.items() if 0 < value < 5 and value is not True} == {}
        for share in (figures.acceptance, figures.meeting, figures.success, figures.retention):
            assert share is None or all(n == 0 or n >= 5 for n in (share.part, share.whole - share.part))
    assert found.all.offers == 20


def outside(make: Make, lived: Past) -> Scorecard:
    return card(make, make.user("administrator"), lived.receiver.office.id)


def test_outside_no_reason_gives_away_how_few_were_accepted(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    for number in range(10):
        lived.offer(at(f"2026-01-{number + 1:02d} 09:00"), "declined", answered=HOUR, ended=HOUR, reason="full")
    for number in range(3):
        lived.offer(at(f"2026-01-{number + 1:02d} 10:00"), "accepted", answered=HOUR, named_day=True)
    found = outside(make, lived)
    assert (found.all.offers, found.all.accepted, found.all.declined) == (13, None, None)
    # Thirteen less ten that were full would be the three.
    assert found.decline_reasons == {}


def test_outside_no_reason_gives_away_a_rarer_one(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    for number, reason in enumerate(["full"] * 10 + ["no_staff"] * 2 + ["closed"] * 20):
        lived.offer(at("2026-01-01 09:00") + number * HOUR, "declined", answered=HOUR, ended=HOUR, reason=reason)
    found = outside(make, lived)
    assert (found.all.declined, found.decline_reasons) == (32, {"closed": 20})


def test_outside_it_is_not_told_how_few_accepted_people_were_not_met(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    for number in range(20):
        came = {"met": DAY, "ended": 9 * DAY, "outcome": "served"} if number < 18 else {}
        lived.offer(at(f"2026-01-{number + 1:02d} 09:00"), "accepted", answered=HOUR, named_day=True, **came)
    found = outside(make, lived)
    assert found.all.accepted == 20
    assert (found.all.met, found.all.meeting, found.all.served, found.all.success) == (None, None, None, None)
    assert month(found, "2026-01").met is None


def test_outside_the_answers_of_a_hidden_month_do_not_follow_from_the_others(make: Make, truth: Truth, clock: Clock):
    clock.set("2026-03-02T03:00:00+00:00")
    lived = past(make, truth)
    for day, count in (("2026-01-05", 9), ("2026-02-05", 3), ("2026-02-06", 6)):
        for number in range(count):
            lived.offer(at(f"{day} 09:00") + number * HOUR, "declined", answered=HOUR, ended=HOUR, reason="full")
    found = outside(make, lived)
    assert [figures.answered for figures in [found.all, *found.months]] == [None] * 25
