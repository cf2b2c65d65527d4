"""How alike two records of people are: a simple, explainable sum. A human settles what it finds."""

from dataclasses import dataclass

# From this total on the caller is asked. An equal NIK alone reaches it; an equal name alone never does: East Java has
# thousands of people called Siti Aminah.
ASK_FROM = 60

# From this total on a registered person is shown to triage beside a description, which has no numbers to compare.
SHOW_FROM = 30


@dataclass(frozen=True)
class Likeness:
    """What two records have in common. `name` is the trigram similarity of the folded names, 0 to 1."""

    name: float
    nik_equal: bool = False
    nik_near: bool = False
    phone_equal: bool = False
    birth_date_equal: bool = False
    birth_year_equal: bool = False
    district_equal: bool = False


def duplicate_score(likeness: Likeness) -> tuple[int, tuple[str, ...]]:
    """Points from 0 to 100 and the codes of what they are for, most points first."""
    points = {
        "nik_equal": 70 * likeness.nik_equal,
        "nik_near": 45 * (likeness.nik_near and not likeness.nik_equal),
        "name": round(40 * likeness.name),
        "phone_equal": 30 * likeness.phone_equal,
        "birth_date_equal": 30 * likeness.birth_date_equal,
        "birth_year_equal": 10 * (likeness.birth_year_equal and not likeness.birth_date_equal),
        "district_equal": 10 * likeness.district_equal,
    }
    given = sorted((code for code, value in points.items() if value), key=lambda code: -points[code])
    return min(100, sum(points.values())), tuple(given)
