"""What an agreement that ends, by its day or before it, does to offers: those that are out live on, nobody new is offered."""

import pytest
import sqlalchemy as sa

from kessos_case.core.errors import RuleBroken
from kessos_case.partners import service as partners
from kessos_case.partners.models import Agreement
from tests.factories import Make
from tests.factories.offers import accept, offer, offers, shelter, triaged


@pytest.fixture
def desk(make: Make, clock):
    return make.user("triage")


@pytest.fixture
def receiver(make: Make, desk):
    return shelter(make)


@pytest.fixture
def asked(make: Make, desk, receiver):
    """An offer that is open for some days, at a partner whose agreement ended meanwhile."""
    (made,) = offers(make, desk, triaged(make, desk, urgency="routine").id)
    with make.acting(make.user("administrator")) as session:
        (found,) = session.scalars(sa.select(Agreement).where(Agreement.organisation_id == receiver.office.id))
        partners.end_agreement(session, receiver.office.id, found.id, reason="by_partner")
    return made


def test_an_offer_that_is_out_can_still_be_accepted(make: Make, asked, receiver, clock):
    clock.move(days=1)
    assert accept(make, receiver, asked).state == "accepted"


def test_nobody_new_is_offered_from_the_day_after_whatever_the_reason(make: Make, desk, asked, receiver, clock):
    clock.move(days=1)
    another = triaged(make, desk, urgency="routine")
    assert another.state == "unmet"
    with pytest.raises(RuleBroken) as refused:
        offer(make, desk, another.id, receiver.service_id, reason="Tidak ada lain.")
    assert [wrong["code"] for wrong in refused.value.errors] == ["agreement"]


def test_on_its_last_day_it_still_holds(make: Make, desk, asked, receiver):
    found = triaged(make, desk, urgency="routine")
    assert [one.service_id for one in offers(make, desk, found.id)] == [receiver.service_id]
