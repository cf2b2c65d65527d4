"""Calls that are made at the same moment, each by its own connection, without the web layer that does a crossed one again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from kessos_case.core.errors import Crossed, KessosError

CROSSED = "crossed"


def at_once(calls: list[Callable[[], object]]) -> list[str]:
    """What each of them came to: its state, the code of the refusal, or that it was given up in a circle."""
    gate = Barrier(len(calls))

    def made(call: Callable[[], object]) -> str:
        gate.wait(30)
        try:
            return str(call())
        except Crossed:
            return CROSSED
        except KessosError as refused:
            return refused.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(made, calls))
