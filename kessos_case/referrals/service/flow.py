"""The solver of networks: OR-Tools, brought in when something is to be solved, so that web processes do not pay for it."""

from collections.abc import Sequence

from kessos_case.referrals.rules import Network


def cheapest_flow(network: Network) -> Sequence[int]:
    """The flow on each arc of the network, exactly the cheapest. Raises RuntimeError for one that cannot carry its supplies."""
    import numpy as np
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    solver = SimpleMinCostFlow()
    if network.arcs:
        tails, heads, capacities, costs = np.array(network.arcs, dtype=np.int64).T
        solver.add_arcs_with_capacity_and_unit_cost(tails.astype(np.int32), heads.astype(np.int32), capacities, costs)
    for node, supply in sorted(network.supplies.items()):
        solver.set_node_supply(node, supply)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the network has no solution: {status}")
    flows: list[int] = solver.flows(np.arange(len(network.arcs), dtype=np.int32)).tolist()
    return flows
