"""What a verdict must be, written from spec graduation.md and the numbers of config/policies/graduation.toml alone.

Nothing of kessos_case is used here. Everything is looked for again on every day, in the plainest way there is; what it says
is held against the gate (test_lives.py). States: `met`; `unknown`, unmet only because facts are lacking; `unmet`.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from tests.graduation.simulation.lives import PROVINCE, REGENCY, Check, Home, Income, Life, Work

RULES = tomllib.loads((Path(__file__).parents[3] / "config" / "policies" / "graduation.toml").read_text("utf-8"))
THRESHOLDS = {"needs_and_rights": 2, "roles": 200, "problem_solving": 200}


class Judged(NamedTuple):
    """Kind, points by line, state by criterion, the months whose income nobody knows, and what a reader should see."""

    kind: str | None
    points: dict[str, int]
    states: dict[str, str]
    dark_months: list[str]
    notes: set[str]
    is_met: bool


class Told(NamedTuple):
    """What one statement says of one month."""

    seen: date
    amount: int
    people: int
    source: str


class Books:
    """A life, with what is written of each month: by statements of income that may be believed, and by the ledger of aid.

    With `known_by` a day that is past is judged again: then statements count that had come by then. Whoever calls has
    done the same to the other rows (test_rows.py).
    """

    def __init__(self, life: Life, known_by: date | None = None) -> None:
        self.life, self.known_by = life, known_by
        self.income: defaultdict[int, list[Told]] = defaultdict(list)
        self.aid: defaultdict[int, list[tuple[date, int]]] = defaultdict(list)
        for each in filter(is_believed, life.incomes):
            for month in range(each.first, each.last + 1):
                share = in_month(each.amount, each.first, each.last, month)
                self.income[month].append(Told(each.seen, share, each.people, each.source))
        for line in life.aid:
            # What stands for an exempt member does not count.
            for month in range(line.first, line.last + 1) if not line.exempt else ():
                self.aid[month].append((line.seen, in_month(line.amount, line.first, line.last, month)))

    def stated(self, month: int, day: date) -> list[Told]:
        """Of that month, as on record on the day."""
        return [told for told in self.income.get(month, ()) if told.seen <= (self.known_by or day)]

    def paid(self, month: int, day: date) -> int:
        """Net rupiah of aid for that month, as on record on the day."""
        return sum(amount for seen, amount in self.aid.get(month, ()) if seen <= day)


def judged(books: Books, day: date) -> Judged:
    """The verdict on that day from what was on record by then."""
    life = books.life
    path = RULES["pathways"].get(life.pathway)
    if path is None:
        return Judged(None, {}, {}, [], set(), False)
    states = {code: CRITERIA[code](books, day) for code in path["mandatory"]}
    points = points_of(life, day) if path["points_needed"] else {}
    is_met = set(states.values()) <= {"met"} and sum(points.values()) >= path["points_needed"]
    ended = life.ground_ended is not None and life.ground_ended[1] <= day
    kind = "natural" if ended and not is_met else path["kind"]
    dark = [name_of(month) for month in dark_months(books, day)] if "income" in states else []
    return Judged(kind, points, states, dark, notes(books, day), is_met)


def state(against: bool, lacking: bool) -> str:
    """Something that speaks against it outweighs what is lacking."""
    return "unmet" if against else "unknown" if lacking else "met"


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def months_before(day: date, count: int) -> list[int]:
    """The last so many months that were over."""
    return [month_number(day) - back for back in range(count, 0, -1)]


def is_believed(stated: Income) -> bool:
    """A statement reaches at most three months back from the month it is recorded in, and covers at most three."""
    rule, written = RULES["income"], month_number(stated.seen)
    is_old = stated.first < written - rule["statement_months_back"]
    is_long = stated.last - stated.first + 1 > rule["statement_months_long"]
    return not is_old and not is_long and stated.last <= written


def in_month(amount: int, first: int, last: int, month: int) -> int:
    """Whole rupiah evenly over the months, those left over one each to the earliest."""
    count, size = last - first + 1, abs(amount)
    share = size // count + (1 if month - first < size % count else 0)
    return share if amount >= 0 else -share


def poverty_line(life: Life, month: int) -> int | None:
    """The newest of the regency; the province's where the regency has none."""
    for wanted in (REGENCY, PROVINCE):
        published = [(at, amount) for region, at, amount in life.lines if region == wanted and at <= month]
        if published:
            return max(published)[1]
    return None


def name_of(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"


def dark_months(books: Books, day: date) -> list[int]:
    return [month for month in months_before(day, RULES["income"]["months"]) if not books.stated(month, day)]


def income(books: Books, day: date) -> str:
    rule = RULES["income"]
    against, lacking, kinds = False, False, set()
    for month in months_before(day, rule["months"]):
        line, stated = poverty_line(books.life, month), books.stated(month, day)
        kinds |= {told.source for told in stated}
        lacking |= line is None or not stated
        # The poorest view of the month counts.
        against |= line is not None and any(
            100 * told.amount < rule["poverty_line_percent"] * line * told.people for told in stated
        )
    few = len(kinds & set(rule["evidence_kinds"])) < rule["evidence_kinds_needed"]
    return state(against, lacking or few)


def at_work(life: Life, day: date) -> list[Work]:
    """Verified work that has begun, with its end if that is known by then. What is known never to have begun is none."""
    return [
        work._replace(end=work.end if work.end_seen and work.end_seen <= day else None)
        for work in life.works
        if work.seen <= day
        and work.start <= day
        and work.verified
        and work.verified <= day
        and not is_past(work.void_seen, day)
    ]


def spell(life: Life, day: date) -> list[Work]:
    """What goes on today, and what led to it without a gap of more than thirty days."""
    known = at_work(life, day)
    chain = [work for work in known if work.end is None or work.end > day]
    while chain:
        begun = min(work.start for work in chain)
        before = [
            work
            for work in known
            if work not in chain and (work.end or day) + timedelta(days=RULES["work"]["gap_days"]) >= begun
        ]
        if not before:
            break
        chain += before
    return chain


def checks_in(life: Life, day: date, chain: list[Work]) -> list[tuple[Check, int]]:
    """The checks of a spell and the days that each vouches for.

    After a change of work a check vouches for the days of the whole spell, of the first place for those it is named after.
    """
    begun, found = min((work.start for work in chain), default=day), []
    for check in life.checks:
        if check.on > day or check.seen > day or check.work not in {work.id for work in chain}:
            continue
        period = check.period
        if next(work.start for work in chain if work.id == check.work) != begun:
            passed = [days for days in RULES["work"]["checks"] if days <= (check.on - begun).days]
            period = max([period, *passed])
        found.append((check, period))
    return found


def work_lasts(books: Books, day: date) -> str:
    life = books.life
    rule, chain = RULES["work"], spell(life, day)
    if not chain:
        return "unmet"
    against = (day - min(work.start for work in chain)).days < rule["days"]
    checks, lacking = checks_in(life, day, chain), False
    for period in {*rule["checks"], *[period for _check, period in checks]}:
        of_period = [check for check, vouched in checks if vouched == period]
        lacking |= not of_period
        newest = max((check.on for check in of_period), default=None)
        against |= any(not check.active for check in of_period if check.on == newest)
    confirmed = any(check.active and check.method in rule["confirming_methods"] for check, _period in checks)
    return state(against, lacking or not confirmed)


def off_aid(books: Books, day: date) -> str:
    rule = RULES["off_aid"]
    year = months_before(day, rule["share_months"])
    against = any(books.paid(month, day) > 0 for month in months_before(day, rule["months"]))
    lacking = any(month < books.life.covered_from for month in year)
    received = max(0, sum(books.paid(month, day) for month in year))
    earned, months_unknown = 0, 0
    for month in year:
        stated = [told.amount for told in books.stated(month, day)]
        earned += min(stated, default=0)
        months_unknown += not stated
    if received * 100 > (received + max(0, earned)) * rule["share_percent"]:
        # With the income of an unknown month it might have been little enough.
        lacking |= months_unknown > 0
        against |= months_unknown == 0
    return state(against, lacking)


def is_past(on: date | None, day: date) -> bool:
    return on is not None and on <= day


def plan(books: Books, day: date) -> str:
    """Of the UPT that serves the person: it agreed on a plan of its own with him."""
    life = books.life
    planned, goals = (life.planned, life.goals) if life_here(life, day) is None else life.transfer[2:]
    if planned > day or not goals:
        return "unmet"
    done = [is_past(goal.met, day) or (is_past(goal.dropped, day) and is_past(goal.accepted, day)) for goal in goals]
    return state(not all(done), False)


def functioning(books: Books, day: date) -> str:
    life = books.life
    seen = [found for found in life.functioning if found.on <= day]
    if not seen:
        return "unknown"
    # Who completes another supersedes the one before, also within a day (spec journey.md, "Smaller machines").
    newest = max(seen, key=lambda found: (found.on, found.hour))
    against = any(newest.parts[part] < THRESHOLDS[part] for part in newest.parts)
    is_old = newest.on + timedelta(days=RULES["functioning"]["days"]) < day
    return state(against, is_old or set(newest.parts) < set(RULES["functioning"]["parts"]))


def stability(books: Books, day: date) -> str:
    life = books.life
    for alert in life.alerts:
        is_over = (alert.ended and alert.ended <= day) or (alert.until and alert.until < day)
        if alert.raised <= day and not is_over and alert.severity in RULES["stability"]["severities"]:
            return "unmet"
    return "met"


def life_here(life: Life, day: date) -> date | None:
    """Since when the UPT of this day serves the person, None for the first one."""
    return life.transfer.on if life.transfer and life.transfer.on <= day else None


def is_here(life: Life, on: date, day: date) -> bool:
    """Was it written down at the UPT that serves the person on the day? A child's home, its visits and an answer are asked
    for again where it is handed over."""
    since = life_here(life, day)
    return on < life.transfer.on if since is None and life.transfer else since is None or on >= since


def heard(life: Life, day: date) -> tuple[bool | None, bool] | None:
    """What the person said last, and whether he said why not. Who says no and yes on one day has said no."""
    asked = [voice for voice in life.voices if voice.on <= day and is_here(life, voice.on, day)]
    if not asked:
        return None
    last = max(voice.on for voice in asked)
    answers = [(voice.agrees, voice.reason) for voice in asked if voice.on == last]
    for answer in ((False, True), (False, False), (True, True), (True, False)):
        if answer in answers:
            return answer
    return answers[0]


def own_voice(books: Books, day: date) -> str:
    answer = heard(books.life, day)
    return "met" if answer and (answer[0] or (answer[0] is False and answer[1])) else "unknown"


def home(life: Life, day: date) -> Home | None:
    """Where the person lives. The newest look at a home must not have found danger; of two of one day it has, unless he was
    seen living in the safe one on a later day."""
    looks = [
        look
        for look in life.homes
        if look.on <= day and look.seen <= day and is_here(life, look.seen, day) and not is_past(look.ended, day)
    ]
    if not looks:
        return None
    last = max(look.on for look in looks)
    of_last = [look for look in looks if look.on == last]
    seen_since = [look for look in of_last if look.verified and look.on < look.verified <= day]
    if not seen_since and not all(look.is_safe for look in of_last):
        return None
    if seen_since:
        looks = [look for look in looks if look in seen_since or look.on < last or look.is_safe]
    lived = [look for look in looks if look.is_safe and is_past(look.starts, day)]

    def rank(look: Home) -> Any:
        # The newest; then where he was seen; then what asks for more: begun later, and without the guardian's word.
        was_seen = bool(look.verified) and look.on < look.verified <= day
        return look.on, was_seen, look.starts, not is_past(look.consent, day), look.id

    lives_in = max(lived, key=rank, default=None)
    # Whoever moved on since and has left that home as well does not live in the one before again.
    moved_on = [
        look
        for look in life.homes
        if look.on <= day
        and look.seen <= day
        and is_here(life, look.seen, day)
        and is_past(look.ended, day)
        and lives_in
        and look.starts > lives_in.starts
    ]
    return None if moved_on else lives_in


def visits_seen(life: Life, day: date) -> list[Any]:
    """Visits to the home in which he lives."""
    lives_in = home(life, day)
    return [
        visit
        for visit in life.visits
        if lives_in and lives_in.starts <= visit.on <= day and visit.seen <= day and is_here(life, visit.seen, day)
    ]


def age(born: date, day: date) -> int:
    """Whole years. Who was born on 29 February becomes older on 1 March where there is no such day."""
    birthdays = 0
    while True:
        year = born.year + birthdays + 1
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        day_of = date(year, 3, 1) if (born.month, born.day) == (2, 29) and not leap else born.replace(year=year)
        if day_of > day:
            return birthdays
        birthdays += 1


def applies(life: Life, day: date) -> tuple[bool, bool, bool]:
    """School, treatment, guardian: of children, of those of 7 and older, and of what a visit has spoken of."""
    years, visits = age(life.born, day), visits_seen(life, day)
    at_school = 7 <= years < 18 or any(visit.school is not None for visit in visits)
    return at_school, life.is_treated or any(visit.treatment is not None for visit in visits), years < 18


def safe_home(books: Books, day: date) -> str:
    return "met" if home(books.life, day) else "unknown"


def visits_passed(books: Books, day: date) -> str:
    life = books.life
    visits = visits_seen(life, day)
    newest = max((visit.on for visit in visits), default=None)
    failed_now = any(visit.on == newest and not visit.passed for visit in visits)
    few = sum(visit.passed for visit in visits) < RULES["reunification"]["visits_passed"]
    return state(failed_now, few)


def _answer(visits: Iterable[tuple[date, bool | None]]) -> str:
    told = [(on, answer) for on, answer in visits if answer is not None]
    if not told:
        return "unknown"
    newest = max(on for on, _answer in told)
    return state(any(on == newest and not answer for on, answer in told), False)


def school(books: Books, day: date) -> str:
    life = books.life
    answers = [(visit.on, visit.school) for visit in visits_seen(life, day)]
    return _answer(answers) if applies(life, day)[0] else "met"


def treatment(books: Books, day: date) -> str:
    life = books.life
    answers = [(visit.on, visit.treatment) for visit in visits_seen(life, day)]
    return _answer(answers) if applies(life, day)[1] else "met"


def guardian_consent(books: Books, day: date) -> str:
    lives_in = home(books.life, day)
    return "met" if not applies(books.life, day)[2] or (lives_in and is_past(lives_in.consent, day)) else "unknown"


CRITERIA = {
    function.__name__: function
    for function in (
        *(income, work_lasts, off_aid, plan, functioning, stability, own_voice),
        *(safe_home, visits_passed, school, treatment, guardian_consent),
    )
}


def points_of(life: Life, day: date) -> dict[str, int]:
    """Points by line: all that it is worth, or none."""
    worth, cuts = RULES["weighted"], RULES["cuts"]
    scores = sorted((score.on, score.hour, score.total) for score in life.scores if score.on <= day)
    gain = scores[-1][2] - scores[0][2] if len(scores) > 1 else None
    has = {
        "skills_certificate": any(on <= day for _id, on in life.certificates),
        "self_efficacy": gain is not None and gain >= cuts["self_efficacy_gain"],
    }
    asked = [found for found in life.households if found.on <= day]
    if asked:
        last = max(asked, key=lambda found: (found.on, found.hour))
        savings, spending = last.savings or 0, last.spending or 0
        has |= {
            "savings": spending > 0 and savings >= spending * cuts["savings_months"],
            "income_sources": (last.sources or 0) >= cuts["income_sources"],
            "health_insurance": last.insured is True,
            "children_at_school": last.school is True,
            "social_support": last.support is True,
            "decile": (last.decile or 0) >= cuts["decile"],
        }
    return {line: points if has.get(line) else 0 for line, points in worth.items()}


def notes(books: Books, day: date) -> set[str]:
    """Who works and still gets aid is counted as such; who does not agree is heard; what does not apply is said."""
    life = books.life
    if life.pathway == "reunification":
        return {"does_not_apply"} if not all(applies(life, day)) else set()
    aided = any(books.paid(month, day) > 0 for month in months_before(day, RULES["off_aid"]["months"]))
    answer = heard(life, day)
    refuses = answer is not None and answer[0] is False
    found = {"working_still_aided"} if aided and spell(life, day) else set()
    views = (books.stated(month, day) for month in months_before(day, RULES["income"]["months"]))
    found |= (
        {"statements_contradict"}
        if any(len({told.amount // told.people for told in view}) > 1 for view in views)
        else set()
    )
    return found | ({"does_not_agree"} if refuses else set())  # fmt: skip


def fell_back(books: Books, graduated: date, day: date) -> set[str]:
    """The kinds of relapse that are to be seen on that day."""
    life, rule, found = books.life, RULES["relapse"], set()
    first, last = month_number(graduated) + 1, month_number(day)
    for start in range(first, last + 1):
        window = [month for month in range(start, start + rule["aid_window"]) if month <= last]
        if sum(books.paid(month, day) > 0 for month in window) >= rule["aid_months"]:
            found.add("aid")
    if any(graduated < opened <= day for opened in life.cases):
        found.add("new_case")
    if any(graduated < on <= day for on in life.street):
        found.add("street")
    known = at_work(life, day)
    for work in known:
        if work.end is None or work.end < graduated or (day - work.end).days <= rule["work_days"]:
            continue
        until = work.end + timedelta(days=rule["work_days"])
        if not any(other.start <= until and (other.end is None or other.end > work.end) for other in known):
            found.add("work_lost")
    return found
