"""Sample calls of vacancies, applications, businesses and questions to employers."""

from typing import Any

from tests.access.samples import CASEWORK, OTHER_UPT, V1, Sample
from tests.factories.cases import open_case
from tests.factories.casework import in_days
from tests.factories.employment import employer, placement
from tests.factories.vacancies import application, consent_to_contact, inquiry, vacancy

STATED = {
    "kind": "job", "occupation": "penjahit", "region_code": "35.09", "places": 2, "wage_from": 2_500_000,
    "wage_to": 3_000_000, "closes_on": str(in_days(90)), "requirements": None,
}  # fmt: skip
FORM = {name: str(value) for name, value in STATED.items() if value is not None}
ALLOWED = {"form": "signed", "given_on": "2026-02-01"}
CAPITAL = {"received_on": "2026-02-01", "source": "savings", "amount": 500_000, "is_tools": False}
BOOKS = {"month": "2026-02", "turnover": 900_000, "profit": 400_000, "evidence": "books"}
REFUSED = {"verb": "refuse", "reason": "not_suited"}
REACH = {(kind, which): CASEWORK if which == "own" else set[str]() for kind in ("application", "business", "asked", "hopeful")
         for which in ("own", "foreign")} | {("vacancy", "own"): {"caseworker", "supervisor", "partner", "tksk", "triage",
         "analyst", "dpo", "administrator", "co_signer"}}  # fmt: skip
# Whoever keeps vacancies of another organisation may see this one and not change it.
NOT_HIS = {"partner": 403}
SAMPLES = {
    "GET /vacancies": Sample(),
    "POST /vacancies": Sample(body=lambda world: world.new_vacancy, status=201),
    "GET /vacancies/<uuid:vacancy_id>": Sample("vacancy"),
    "PUT /vacancies/<uuid:vacancy_id>": Sample("vacancy", STATED, headers=V1, by_role=NOT_HIS),
    "POST /vacancies/<uuid:vacancy_id>/closing": Sample("vacancy", status=201, by_role=NOT_HIS),
    "GET /cases/<uuid:case_id>/applications": Sample("hopeful"),
    "POST /cases/<uuid:case_id>/applications": Sample("hopeful", lambda world: world.wanted, 201),
    "GET /applications/<uuid:application_id>": Sample("application"),
    "POST /applications/<uuid:application_id>/moves": Sample("application", REFUSED, 201),
    "GET /placements/<uuid:placement_id>/business": Sample("business"),
    "POST /placements/<uuid:placement_id>/capital": Sample("business", CAPITAL, 201),
    "POST /placements/<uuid:placement_id>/months": Sample("business", BOOKS, 201),
    "POST /placements/<uuid:placement_id>/income_statement": Sample("business", status=409),
    "POST /placements/<uuid:placement_id>/consents": Sample("asked", ALLOWED, 201),
    "GET /placements/<uuid:placement_id>/inquiries": Sample("asked"),
    "POST /placements/<uuid:placement_id>/inquiries": Sample("asked", {"period": None}, 201),
    "POST /placements/<uuid:placement_id>/inquiries/<uuid:inquiry_id>/revocation": Sample("asked", status=201),
}


PAGES = {
    "GET /vacancies": Sample(),
    "GET /vacancies/new": Sample(),
    "POST /vacancies/new": Sample(
        body=lambda world: FORM | {"employer_id": world.new_vacancy["employer_id"]}, status=303
    ),
    "GET /vacancies/<uuid:vacancy_id>": Sample("vacancy"),
    "GET /vacancies/<uuid:vacancy_id>/change": Sample("vacancy", by_role=NOT_HIS),
    "POST /vacancies/<uuid:vacancy_id>/change": Sample("vacancy", FORM | {"version": "1"}, 303, by_role=NOT_HIS),
    "POST /vacancies/<uuid:vacancy_id>/closing": Sample("vacancy", status=303, by_role=NOT_HIS),
    "GET /cases/<uuid:case_id>/applications": Sample("hopeful"),
    "POST /cases/<uuid:case_id>/applications": Sample("hopeful", lambda world: world.wanted, 303),
    "GET /applications/<uuid:application_id>": Sample("application"),
    "POST /applications/<uuid:application_id>/moves": Sample("application", REFUSED, 303),
    "GET /placements/<uuid:placement_id>/business": Sample("business"),
    "POST /placements/<uuid:placement_id>/business/capital": Sample("business", CAPITAL | {"is_tools": "no"}, 303),
    "POST /placements/<uuid:placement_id>/business/months": Sample("business", BOOKS, 303),
    "POST /placements/<uuid:placement_id>/business/statement": Sample("business", status=409),
    "POST /placements/<uuid:placement_id>/consents": Sample("asked", ALLOWED, 303),
    "POST /placements/<uuid:placement_id>/inquiries": Sample("asked"),
    "POST /placements/<uuid:placement_id>/inquiries/<uuid:inquiry_id>/revocation": Sample("asked", status=303),
}


def furnish(world: Any) -> None:
    """A vacancy, somebody who asks for it, a business, and work whose employer was asked."""
    make, maker, stranger = world.make, world.make.caseworker(), world.make.caseworker(OTHER_UPT)
    office = world.user.organisation_id if world.role == "partner" else employer(make)
    world.new_vacancy = STATED | {"employer_id": str(office)}
    found = vacancy(make, maker)
    world.objects["vacancy", "own"] = {"vacancy_id": found.id}
    world.wanted = {"vacancy_id": str(vacancy(make, maker).id)}
    for which, by in (("own", maker), ("foreign", stranger)):
        if which == "foreign" or world.role in CASEWORK:
            _work(world, which, by, found)


def _work(world: Any, which: str, by: Any, found: Any) -> None:
    make, case = world.make, open_case(world.make, by)
    world.objects["hopeful", which] = {"case_id": case.id}
    world.objects["application", which] = {"application_id": application(make, by, case, found).id}
    business = placement(make, by, case, kind="own_business", business="Warung", occupation="jualan")
    world.objects["business", which] = {"placement_id": business.id}
    asked = placement(make, by, case)
    consent_to_contact(make, by, asked)
    world.objects["asked", which] = {"placement_id": asked.id, "inquiry_id": inquiry(make, by, asked).id}
