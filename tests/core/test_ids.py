"""Identifiers: their layout, their order, and that neither threads nor forks make one twice."""

import os
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kessos_case.core.ids import is_uuid, new_id, random_token


def milliseconds_in(identifier: uuid.UUID) -> int:
    return identifier.int >> 80


@given(st.integers(0, 2**48 - 1))
def test_version_variant_and_time_stand_where_the_standard_puts_them(milliseconds: int) -> None:
    identifier = new_id(milliseconds)
    assert identifier.version == 7
    assert identifier.variant == uuid.RFC_4122
    assert milliseconds_in(identifier) == milliseconds


def test_without_a_time_the_clock_of_the_machine_is_taken() -> None:
    before = time.time_ns() // 1_000_000
    made = milliseconds_in(new_id())
    assert before <= made <= time.time_ns() // 1_000_000


def test_identifiers_rise_even_within_one_millisecond() -> None:
    by_clock = [new_id() for _ in range(5000)]
    at_one_moment = [new_id(1_767_225_600_000) for _ in range(5000)]
    assert by_clock == sorted(set(by_clock))
    assert at_one_moment == sorted(set(at_one_moment))
    assert {milliseconds_in(identifier) for identifier in at_one_moment} == {1_767_225_600_000}


def test_identifiers_rise_when_the_clock_steps_back(monkeypatch: pytest.MonkeyPatch) -> None:
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: (milliseconds_in(first) - 60_000) * 1_000_000)
    assert new_id() > first


def test_a_stated_future_does_not_move_the_clock() -> None:
    new_id(2**48 - 1)
    assert milliseconds_in(new_id()) < 2**48 - 1


@pytest.mark.parametrize("milliseconds", [-1, 2**48])
def test_a_time_beyond_48_bits_is_refused(milliseconds: int) -> None:
    with pytest.raises(ValueError, match="do not fit"):
        new_id(milliseconds)


def test_threads_never_make_the_same_identifier() -> None:
    with ThreadPoolExecutor(8) as pool:
        batches = list(pool.map(lambda _: [new_id(1) for _ in range(500)], range(8)))
    assert all(batch == sorted(batch) for batch in batches)
    assert len({identifier for batch in batches for identifier in batch}) == 8 * 500


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_worker_makes_other_identifiers() -> None:
    new_id(2)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # only writes and leaves, so that nothing of pytest runs twice
        os.write(writer, new_id(2).bytes)
        os._exit(0)
    os.waitpid(child, 0)
    from_child, in_parent = uuid.UUID(bytes=os.read(reader, 16)), new_id(2)
    os.close(reader)
    os.close(writer)
    # The upper half of the random bits: a child that went on from its parent's state would share it.
    assert (from_child.int >> 40) & 0xFFFFF != (in_parent.int >> 40) & 0xFFFFF


def test_a_token_is_long_urlsafe_and_never_the_same() -> None:
    assert len(random_token()) == 43
    assert len(random_token(bytes=16)) == 22
    assert random_token() != random_token()
    assert set(random_token()) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_only_the_canonical_form_is_a_uuid() -> None:
    canonical = str(new_id())
    assert is_uuid(canonical)
    for other in (canonical.replace("-", ""), f"{{{canonical}}}", f"urn:uuid:{canonical}", canonical + "\n", ""):
        assert not is_uuid(other)
    assert not is_uuid("0198C0DE-0000-7000-8000-00000000ABCD")
    assert not is_uuid("０198c0de-0000-7000-8000-00000000abcd")
