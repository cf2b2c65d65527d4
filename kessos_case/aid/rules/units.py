"""What of a household's lines counts for a member, and how far back the ledger goes. Source: policy dependency.toml."""

from collections.abc import Mapping
from dataclasses import dataclass

from kessos_case.core.months import Month
from kessos_case.reference.rules import region_lineage

# Where nothing nearer is said, and for a person of whom no address is known.
PROVINCE = "35"


@dataclass(frozen=True)
class ExemptLines:
    """Lines of a household that stand for a member who is exempt himself, by programme or by component.

    They make nobody else dependent: a mother is not, because her disabled child is supported.
    """

    programmes: frozenset[str]
    components: frozenset[str]

    def hold(self, programme: str, component: str | None) -> bool:
        """Is this one of them?"""
        return programme in self.programmes or (component or "").strip().lower() in self.components


def covered_from(observed: Mapping[str, Month], region_code: str | None) -> Month:
    """The first month that the ledger covers where a person lives: of the smallest place of which it is said."""
    places = reversed(region_lineage(region_code or PROVINCE))
    return next((observed[place] for place in places if place in observed), observed[PROVINCE])
