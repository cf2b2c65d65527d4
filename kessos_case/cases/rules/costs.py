"""What a plan costs, and who pays."""

from collections.abc import Iterable

from kessos_case.cases.rules.plans import CostSource


def costs_by_source(costs: Iterable[tuple[int | None, str | None]]) -> dict[CostSource, int]:
    """Rupiah by whose money it is, in the order of the sources; what has no cost is left out."""
    total = dict.fromkeys(CostSource, 0)
    for cost, source in costs:
        if cost and source:
            total[CostSource(source)] += cost
    return {source: amount for source, amount in total.items() if amount}
