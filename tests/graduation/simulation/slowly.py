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

from tests.graduation.simulation.lives import PROVINCE, REGENCY, Check, Income, Life, Work

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
    """A life, with what is written of each month: by statements of income that may be believed, and by the ledger of aid."""

    def __init__(self, life: Life) -> None:
        self.life = life
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
        return [told for told in self.income.get(month, ()) if told.seen <= day]

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
    """Verified work that has begun, with its end if that is known by then."""
    return [
        work._replace(end=work.end if work.end_seen and work.end_seen <= day else None)
        for work in life.works
        if work.seen <= day and work.start <= day and work.verified and work.verified <= day
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
    life = books.life
    if life.planned > day or not life.goals:
        return "unmet"
    done = [
        is_past(goal.met, day) or (is_past(goal.dropped, day) and is_past(goal.accepted, day)) for goal in life.goals
    ]
    return state(not all(done), False)


def functioning(books: Books, day: date) -> str:
    life = books.life
    seen = [found for found in life.functioning if found.on <= day]
    if not seen:
        return "unknown"
    newest = max(seen, key=lambda found: found.on)
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


def own_voice(books: Books, day: date) -> str:
    life = books.life
    heard = [voice for voice in life.voices if voice.on <= day]
    newest = max(heard, key=lambda voice: voice.on, default=None)
    answered = newest is not None and (newest.agrees or (newest.agrees is False and newest.reason))
    return "met" if answered else "unknown"


def visits_seen(life: Life, day: date) -> list[Any]:
    return [visit for visit in life.visits if visit.on <= day and visit.seen <= day]


def safe_home(books: Books, day: date) -> str:
    life = books.life
    return "met" if life.home and life.home[1] <= day else "unknown"


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
    return _answer(answers) if life.applies[0] else "met"


def treatment(books: Books, day: date) -> str:
    life = books.life
    answers = [(visit.on, visit.treatment) for visit in visits_seen(life, day)]
    return _answer(answers) if life.applies[1] else "met"


def guardian_consent(books: Books, day: date) -> str:
    life = books.life
    return "met" if not life.applies[2] or (life.consent and life.consent[1] <= day) else "unknown"


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
    scores = sorted((score.on, score.total) for score in life.scores if score.on <= day)
    gain = scores[-1][1] - scores[0][1] if len(scores) > 1 else None
    has = {
        "skills_certificate": any(on <= day for _id, on in life.certificates),
        "self_efficacy": gain is not None and gain >= cuts["self_efficacy_gain"],
    }
    asked = [found for found in life.households if found.on <= day]
    if asked:
        last = max(asked, key=lambda found: found.on)
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
        return {"does_not_apply"} if not all(life.applies) else set()
    aided = any(books.paid(month, day) > 0 for month in months_before(day, RULES["off_aid"]["months"]))
    heard = [voice for voice in life.voices if voice.on <= day]
    refuses = bool(heard) and max(heard, key=lambda voice: voice.on).agrees is False
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
