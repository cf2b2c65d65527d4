"""The numbers behind the made-up lives: hazards, shares and prices. All are our own guesses, chosen to look plausible.

No number stands here because a score, a criterion or a test would like it. The handbook (docs/handbook/demo.md) explains
each block; a month's hazard is the chance of the event in that month.
"""

from dataclasses import dataclass, field

HISTORY_MONTHS = 120
# The program runs this long; what is older came as files marked historic.
LIVE_MONTHS = 72


@dataclass(frozen=True)
class Population:
    """Who there is."""

    # Of all people, how many come alone (from the street, a police post, a hospital) and not with a household.
    share_alone: float = 0.17
    # Sizes of households among the poor and near-poor, and how often each.
    household_sizes: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    household_weights: tuple[int, ...] = (8, 17, 24, 27, 16, 8)
    share_headed_by_woman: float = 0.19
    share_disabled: float = 0.045
    share_severe_of_disabled: float = 0.35
    share_without_nik: float = 0.06
    share_alone_without_nik: float = 0.45
    share_with_phone: float = 0.55
    # Of neglected children who come alone, how many have lost a parent.
    share_orphaned: float = 0.3
    # Of women of 18 to 40 who come alone, and of wives and mothers of that age today: has a child about then.
    share_with_birth: float = 0.08
    share_expecting: float = 0.05
    # Of those who came alone and finished a course or rehabilitation for work, how many take a room of their own.
    settles: float = 0.7
    # Each month, of grown children who live with their parents, and of parents alone: leaves home, moves in with a child.
    leaves_home: float = 0.004
    parent_moves_in: float = 0.0015
    # Deaths a month by age: younger than 60, 60 to 74, 75 and older.
    deaths: tuple[float, float, float] = (0.00012, 0.0013, 0.0055)


@dataclass(frozen=True)
class Work:
    """How work is found and lost. Effects are on the logarithm of the hazard."""

    find: float = 0.050
    lose_casual: float = 0.055
    lose_regular: float = 0.014
    # Of those who find work, how many find regular work (log odds), and what schooling and a trade add to it.
    regular: float = -1.3
    regular_by_schooling: float = 0.45
    regular_by_trade: float = 1.1
    find_by_schooling: float = 0.30
    find_by_trade: float = 0.85
    find_when_ill: float = -1.2
    find_when_caring: float = -0.8
    find_by_drive: float = 0.45
    find_when_disabled: float = -0.7
    lose_when_ill: float = 0.7
    lose_when_caring: float = 0.25
    lose_by_drive: float = -0.25
    # April 2020 to December 2021.
    find_in_pandemic: float = -0.7
    lose_in_pandemic: float = 0.5
    # Income as a part of the regency's minimum wage, and its spread (standard deviation of the logarithm).
    casual_wage: float = 0.42
    regular_wage: float = 0.93
    casual_spread: float = 0.35
    regular_spread: float = 0.14


@dataclass(frozen=True)
class Health:
    """Illness that keeps from work, and blows to a household: a harvest lost, a debt called in, a breadwinner gone."""

    falls_ill: float = 0.005
    falls_ill_by_decade: float = 0.25
    recovers: float = 0.13
    blow: float = 0.006
    # A blow takes so much of welfare (in standard deviations) and fades by this factor a month.
    blow_size: float = 0.9
    blow_fades: float = 0.93


@dataclass(frozen=True)
class Targeting:
    """How programmes find households: by a welfare rank that is looked at once a year, with error."""

    # Welfare = logarithm of income per head beside the poverty line, a lasting part of assets, less the blows.
    asset_spread: float = 0.6
    # The office's view of it is off by this much, in the same measure, anew each year.
    error: float = 0.55
    # Centre and spread that turn the office's view into a decile of the whole province; our people are its poorer part.
    centre: float = 0.75
    spread: float = 1.1
    verification_month: int = 3
    pkh_decile: int = 4
    sembako_decile: int = 4
    # Of those who qualify, taken up each month; once a year, of those who no longer do, taken off.
    pkh_taken_up: float = 0.016
    sembako_taken_up: float = 0.022
    taken_off: float = 0.55
    # By mistake: taken off although entitled, and taken up again only as others who qualify are.
    lost_by_mistake: float = 0.004
    # Gives it up by itself once the household earns more than the poverty line per head.
    gives_up: float = 0.020
    blt_share: float = 0.28
    # Of households that the office sees in the lowest decile, once a year since 2022, to the head.
    extreme_poverty_share: float = 0.05
    # Of people of 75 and more in the time in which they live alone.
    elderly_meals_share: float = 0.5
    # Of people of 70 and more in households that are seen as poor.
    pkh_plus_share: float = 0.30
    aspd_share: float = 0.45
    orphan_share: float = 0.7
    insured_share: float = 0.62


@dataclass(frozen=True)
class Capital:
    """Tools and money for a business of one's own, given once to who has begun one. It changes no life here."""

    # A month, of households on PKH or Sembako in which somebody of 20 to 45 trades and nobody is old or disabled. Who takes
    # it has agreed to leave both after some months, and is not looked for again for some years.
    pena: float = 0.0012
    pena_leaves_after: int = 3
    pena_stays_away: int = 36
    # Of households whose income took them off PKH, and of those with a trader until 2021, in groups.
    puspa: float = 0.06
    kube: float = 0.02
    # Of men and women of 18 to 57 who head a household of the lower half and trade.
    kip_men: float = 0.03
    kip_women: float = 0.09
    # Of own businesses begun in a case, and days until the money is there.
    kip_in_case: float = 0.55
    kip_days: tuple[int, int] = (10, 75)


@dataclass(frozen=True)
class Referring:
    """What comes between a report and the service that takes the person."""

    # Of reports by which cases began: how the first tries went, and on how many days before the case the desk had it.
    detours: dict[str, tuple[float, tuple[int, int]]] = field(
        default_factory=lambda: {
            "declined": (0.12, (2, 4)),
            "declined_twice": (0.03, (3, 4)),
            "papers_missing": (0.02, (9, 11)),
            "expired": (0.05, (9, 11)),
            "unmet": (0.03, (3, 20)),
            "missed": (0.05, (3, 9)),
            "never_came": (0.015, (6, 10)),
            "handed_back": (0.025, (4, 9)),
        }
    )
    # Of requests to partners: the first one says no, lets it run out, gives the person back; a meeting is missed.
    partner_declines: float = 0.13
    partner_is_silent: float = 0.07
    partner_gives_back: float = 0.03
    meeting_missed: float = 0.10


@dataclass(frozen=True)
class Exempting:
    """Of those in whose life a ground is, how many have it on record once they are assessed."""

    severe_disability: float = 0.85
    pregnant: float = 0.8
    carer_of_infant: float = 0.7
    carer_of_disabled: float = 0.7
    objects: float = 0.012
    thinks_again: float = 0.3


@dataclass(frozen=True)
class Paying:
    """When money is paid and when the office learns of it."""

    # Of payments, paid one stage late; days of delay otherwise up to.
    late_stage: float = 0.07
    delay_days: int = 45
    # Days until a file with it is imported, and the share that comes much later.
    known_days: tuple[int, int] = (3, 35)
    known_late: float = 0.03
    known_late_days: tuple[int, int] = (90, 240)
    taken_back: float = 0.005


@dataclass(frozen=True)
class Service:
    """How long stages last (least and most days) and how many leave them early."""

    alone_with_case: float = 0.92
    disabled_with_case: float = 0.22
    elderly_with_case: float = 0.07
    adult_with_case: float = 0.045
    by_referral: float = 0.7
    days: dict[str, tuple[int, int]] = field(
        default_factory=lambda: {
            "intake": (2, 20),
            "assessment": (7, 35),
            "planning": (6, 30),
            "rehabilitation": (60, 420),
            "reunification": (14, 60),
        }
    )
    # Leaves early, of those who enter each stage.
    leaves: dict[str, float] = field(
        default_factory=lambda: {
            "intake": 0.05,
            "assessment": 0.05,
            "planning": 0.04,
            "training": 0.13,
            "rehabilitation": 0.15,
            "placement": 0.10,
            "reunification": 0.08,
            "aftercare": 0.06,
        }
    )
    # Months that the office goes on looking for work with a person.
    looks_for_work: int = 12
    aftercare_months: tuple[int, int] = (20, 34)
    passes_course: float = 0.84
    drops_course: float = 0.10
    # Of those who left by their own wish or ran away, come back to the same UPT.
    returns: float = 0.22
    goes_wrong_at_home: float = 0.12
    paused: float = 0.03
    # Of checks, statements and visits that are due, how many are really made.
    diligence: float = 0.86
    checks_made: float = 0.94
    # Days between two visits of the office in aftercare.
    visits_every: tuple[int, int] = (30, 65)


@dataclass(frozen=True)
class Casework:
    """What is written down around a case: seen, noted, signed, discussed, agreed on."""

    # Of open cases, those whose person was met within the days of the stage; and of conferences and papers how many.
    seen_lately: float = 0.93
    # Days between two notes, and how many of an episode are written at most; the rest of its time is told in few.
    note_every: tuple[int, int] = (14, 45)
    most_notes: int = 14
    # Of notes, what they are about; who was not met cannot be visited.
    note_kinds: dict[str, int] = field(default_factory=lambda: {"progress": 56, "visit": 22, "call": 16, "incident": 6})
    in_confidence: float = 0.06
    incident_in_confidence: float = 0.5
    note_added_to: float = 0.05
    papers: dict[int, int] = field(default_factory=lambda: {0: 62, 1: 26, 2: 12})
    paper_removed: float = 0.03
    # Of versions that people agreed to by a signature, those whose picture is kept.
    signature_kept: float = 0.7
    # Of approved plans, those discussed at a conference that was planned before, and what of it stands in rows.
    called_before: float = 0.7
    decided_in_rows: float = 0.6
    let_go: float = 0.15
    # Of drafts, discussed already; of open cases, to be discussed in the next days; of all, a date that fell through.
    draft_discussed: float = 0.6
    to_be_discussed: float = 0.07
    called_off: float = 0.03
    # Of households on the card or PKH that make a plan for work, those that agree on an end of it.
    agrees_on_taper: float = 0.6
    # Of plans for work, those with a meeting with somebody who has made it.
    wants_mentor: float = 0.2
    # Of days on which a plan was to be looked at again, how many were kept.
    reviews_kept: float = 0.9


@dataclass(frozen=True)
class Hiring:
    """How work that the lives found was come by, and what employers and businesses tell of it."""

    # Of jobs and apprenticeships, found by a vacancy; of those, others asked for too, which the hire ended.
    by_vacancy: float = 0.6
    asked_elsewhere: float = 0.35
    # Vacancies of each employer that are open today, and of people who look for work those who ask for one of them.
    open_today: tuple[int, int] = (2, 4)
    looks: float = 0.6
    # People who were refused by a vacancy of the past, at most.
    most_refused: int = 2
    # Of work with an employer, asked by a link, with the person's consent for this employer.
    employer_asked: float = 0.4
    # Of own businesses, with capital beside a programme's; months of books that were really seen, and the longest row of them.
    own_capital: float = 0.6
    month_seen: float = 0.8
    most_months: int = 24
    # Of graduates for work who have not fallen back, those who help others; and of those who ask, helped.
    becomes_mentor: float = 0.35
    mentor_stops: float = 0.12
    meets_mentor: float = 0.10


POPULATION, WORK, HEALTH, TARGETING, PAYING, SERVICE = (
    Population(), Work(), Health(), Targeting(), Paying(), Service(),
)  # fmt: skip
CAPITAL, REFERRING, EXEMPTING = Capital(), Referring(), Exempting()
CASEWORK, HIRING = Casework(), Hiring()

# Months as core.months (year*12 + month-1): April 2020 to December 2021.
PANDEMIC = (2020 * 12 + 3, 2021 * 12 + 11)
