"""The described person beside a registered one, line by line, for the pages of the desk."""

from dataclasses import dataclass

from kessos_case.clients.service import ClientCard
from kessos_case.referrals.rules import Looks, Verdict, compared, described
from kessos_case.referrals.service import ReferralCard


@dataclass(frozen=True)
class Beside:
    """One line of a comparison: what the report says, what the register says, and how the two go together."""

    field: str
    ours: Looks
    theirs: Looks
    verdict: Verdict


def beside(card: ReferralCard, person: ClientCard, *, sounds_alike: bool = False) -> list[Beside]:
    """What the report and the register say of a person, line by line: name, nickname, age, sex and place."""
    said = card.person or {}
    ours = described(
        (said.get("name"), said.get("alias")), said.get("estimated_age"), said.get("sex", ""), card.region_code
    )
    names = tuple(name for name in (person.name, person.temporary_label, *person.aliases) if name)
    theirs = Looks(names, person.age_from, person.age_to, person.sex, person.region_code)
    verdicts = compared(ours, theirs, sounds_alike=sounds_alike)
    return [Beside(field, ours, theirs, verdict) for field, verdict in verdicts.items()]
