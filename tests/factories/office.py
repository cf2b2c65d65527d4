"""One UPT at work: an object of every kind that an address can name, for whoever asks the whole contract."""

from datetime import date
from uuid import UUID

from kessos_case.access.models import User
from tests.factories import Make, aid, cases, casework, dependency, graduation, households, imports, partners, training


def ids(make: Make, by: User, leader: User) -> dict[str, UUID]:
    """Objects that this caseworker made or reaches, by the name that addresses give them, in capitals."""
    client = make.client(by).id
    case = cases.open_case(make, by, client)
    found = {"CLIENT": client, "CASE": case.id, "TASK": make.task(by, client).id}
    found |= {"CONSENT": make.consent(by, client).id, "ALERT": make.alert(by, client).id}
    found["ASSESSMENT"] = casework.assessment(make, by, case.id, complete=False).id
    plan = casework.plan(make, by, case.id)
    found |= {"PLAN": plan.id, "GOAL": plan.goals[0].id, "STEP": plan.goals[0].steps[0].id}
    found["REUNIFICATION"] = cases.assess_home(make, by, case).id
    found["DISBURSEMENT"] = aid.disbursement(make, by, client).id
    home = households.membership(make, by, client)
    found |= {"HOUSEHOLD": home.household_id, "MEMBERSHIP": home.id}
    found["IMPORT"] = imports.uploaded(make, leader, imports.csv_of(imports.row(name="Siapa", nik="")))
    found["TRANSFER"] = cases.offer_transfer(make, leader, cases.open_case(make, by)).id
    found |= _training(make, by, leader) | _work(make, by) | _directory(make)
    found["REVIEW"] = graduation.review(make, by).id
    found |= _dependency(make, by)
    return found


def _dependency(make: Make, by: User) -> dict[str, UUID]:
    case = dependency.long_aided(make, by, months=12)
    dependency.scored(case.client_id)
    objecting = cases.open_case(make, by, dependency.person(make, by))
    exemption = dependency.exemption(make, by, objecting.client_id)
    return {"FLAG": dependency.raised(case), "EXEMPTION": exemption.id}


def _training(make: Make, by: User, leader: User) -> dict[str, UUID]:
    course = training.course(make, by)
    batch = training.batch(make, by, course)
    enrolled = training.enrolment(make, by, batch, training.learner(make, by, leader))
    return {"COURSE": course.id, "BATCH": batch.id, "ENROLMENT": enrolled.id}


def _work(make: Make, by: User) -> dict[str, UUID]:
    return {"PLACEMENT": graduation.works(make, by, cases.open_case(make, by), periods=(30,))}


def _directory(make: Make) -> dict[str, UUID]:
    organisation = partners.partner(make)
    service = partners.offer_service(make, organisation.id)
    partners.open_places(make, service)
    pause = partners.pause(make, organisation.id, starts_on=date(2026, 12, 1))
    return {"ORGANISATION": organisation.id, "SERVICE": service.id, "PAUSE": pause.id}
