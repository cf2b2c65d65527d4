"""Places in a line: the same figure for the receiver, the sender and the desk, whoever of them sees how much of the line."""

from datetime import date

import pytest

from tests.factories import Make
from tests.factories.offers import move, offer, offers, shelter, triaged, wait

LATER = {"expected_on": date(2026, 4, 1)}


@pytest.fixture
def receiver(make: Make, clock):
    """A shelter for the whole province that is full and keeps a line."""
    return shelter(make, places=0, allows_waiting=True, coverage=["35"])


def waiting(make: Make, receiver, *, regency: str = "35.09", urgency: str = "urgent"):
    """Somebody in line, from this regency; with his sender and the desk that sees after him."""
    sender = make.user("tksk", region=f"{regency}.01", organisation=f"DINSOS-{regency}")
    desk = make.user("triage", organisation=f"DINSOS-{regency}")
    found = triaged(make, desk, by=sender, urgency=urgency, region_code=f"{regency}.01")
    card = next((card for card in offers(make, desk, found.id) if card.state == "open"), None)
    wait(make, receiver, card or offer(make, desk, found.id, receiver.service_id, reason="Uji"), **LATER)
    return found, sender, desk


@pytest.fixture
def line(make: Make, receiver, clock):
    """Two from another regency before ours: one of them urgent, the other as routine as ours."""
    found = [waiting(make, receiver, regency="35.78", urgency=urgency) for urgency in ("routine", "urgent")]
    clock.move(minutes=5)
    return [*found, waiting(make, receiver, urgency="routine")]


def test_the_desk_of_one_regency_counts_those_of_another(make: Make, receiver, line):
    found, _sender, desk = line[-1]
    assert [card.place_in_line for card in offers(make, desk, found.id)] == [3]


def test_the_receiver_sees_the_same_places(make: Make, receiver, line):
    places = [offers(make, receiver.user, found.id)[0].place_in_line for found, *_ in line]
    assert places == [2, 1, 3]


def test_the_sender_reads_which_one_his_is_and_when_a_place_is_expected(make: Make, receiver, line, reader):
    found, sender, _desk = line[-1]
    page = reader(sender).get(f"/referrals/{found.id}").text
    assert "Nomor 3 dalam antrean" in page
    assert "1 April 2026" in page


def test_whoever_leaves_lets_the_others_move_up(make: Make, receiver, line, reader):
    gone, by, _desk = line[0]
    move(make, by, gone.id, "leave_line")
    found, sender, _desk = line[-1]
    assert "Nomor 2 dalam antrean" in reader(sender).get(f"/referrals/{found.id}").text
