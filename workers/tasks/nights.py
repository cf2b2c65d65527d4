"""Jobs of the night: beginning it, its chunks, and the watch over the whole."""

from kessos_case.core.jobs import Kind
from kessos_case.nights import service

KINDS = (
    Kind("nights.begin", "nightly", service.begin_due_night),
    Kind("nights.chunk", "nightly", service.run_chunk),
    Kind("nights.run", "nightly", service.watch_night),
)
