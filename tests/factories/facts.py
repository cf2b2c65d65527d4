"""A service and a need as the rules of the directory see them: nothing special about either, nothing in the way."""

from datetime import date
from uuid import UUID

from kessos_case.core.policies import policy
from kessos_case.partners.rules import Need, Rule, ServiceFacts, routing_policy

CONTENT = policy("routing").content
POLICY = routing_policy(CONTENT)
DAY = date(2026, 11, 24)
HOUSE, OTHER = UUID(int=1), UUID(int=2)

# A service that any need may be offered to, and a need that asks for nothing special.
SERVICE = ServiceFacts(
    service_id=UUID(int=10),
    organisation_id=HOUSE,
    organisation_kind="lks",
    service_type="temporary_shelter",
    parent_type="basic_needs",
    region_code="35.09.12",
    coverage=("35.09",),
    agreement_until=date(2027, 6, 30),
    capacity=10,
    free=4,
    confirmed_on=DAY,
)
NEED = Need(service_types=frozenset({"temporary_shelter"}), region_code="35.09.12.2004", day=DAY)


def codes(values: str) -> frozenset[str]:
    """A set of codes from a line of them."""
    return frozenset(values.split())


# Each hard rule with what makes it a yes and what a no: (rule, of the service, of the need, whether it holds).
YES_AND_NO = [
    (Rule.NEED, {}, {}, True),
    (Rule.NEED, {}, {"service_types": codes("basic_needs")}, True),
    (Rule.NEED, {"service_type": "basic_needs", "parent_type": None}, {"parents": codes("basic_needs")}, True),
    (Rule.NEED, {}, {"service_types": codes("meals"), "parents": codes("basic_needs")}, False),
    (Rule.NEED, {"parent_type": None}, {"service_types": codes("meals")}, False),
    (Rule.REGION, {}, {}, True),
    (Rule.REGION, {"coverage": ("35",)}, {"region_code": "35.78"}, True),
    (Rule.REGION, {"coverage": ("35.10", "35.09.12")}, {}, True),
    (Rule.REGION, {}, {"region_code": "35.78.11"}, False),
    (Rule.REGION, {"coverage": ("35.09.12",)}, {"region_code": "35.09"}, False),
    (Rule.REGION, {"coverage": ()}, {}, False),
    (Rule.AGE, {}, {}, True),
    (Rule.AGE, {"min_age": 60}, {"age_from": 60, "age_to": 60}, True),
    (Rule.AGE, {"min_age": 6, "max_age": 17}, {"age_from": 7, "age_to": 17}, True),
    (Rule.AGE, {"min_age": 18}, {"age_from": 15, "age_to": 25}, False),
    (Rule.AGE, {"max_age": 17}, {"age_from": 15, "age_to": 25}, False),
    (Rule.AGE, {"min_age": 60}, {}, False),
    (Rule.SEX, {}, {}, True),
    (Rule.SEX, {"sexes": codes("L P")}, {}, True),
    (Rule.SEX, {"sexes": codes("P")}, {"sex": "P"}, True),
    (Rule.SEX, {"sexes": codes("P")}, {"sex": "L"}, False),
    (Rule.SEX, {"sexes": codes("P")}, {}, False),
    (Rule.CATEGORY, {}, {}, True),
    (Rule.CATEGORY, {"categories": frozenset()}, {}, True),
    (Rule.CATEGORY, {"categories": codes("PPKS-08 PPKS-11")}, {"categories": codes("PPKS-11")}, True),
    (Rule.CATEGORY, {"categories": codes("PPKS-08")}, {"categories": codes("PPKS-08")}, True),
    (Rule.CATEGORY, {"categories": codes("PPKS-08")}, {"categories": codes("PPKS-11")}, False),
    (Rule.CATEGORY, {"categories": codes("PPKS-08")}, {}, False),
    (Rule.ACCESS, {}, {}, True),
    (Rule.ACCESS, {"disability_access": True}, {"needs_access": True}, True),
    (Rule.ACCESS, {}, {"needs_access": True}, False),
    (Rule.AGREEMENT, {"agreement_until": DAY}, {}, True),
    (Rule.AGREEMENT, {"agreement_from": DAY}, {}, True),
    (Rule.AGREEMENT, {"organisation_kind": "upt", "agreement_until": None}, {}, True),
    (Rule.AGREEMENT, {"agreement_until": None}, {}, False),
    (Rule.AGREEMENT, {"agreement_until": date(2026, 11, 23)}, {}, False),
    (Rule.AGREEMENT, {"agreement_from": date(2026, 11, 25)}, {}, False),
    (Rule.ACTIVE, {}, {}, True),
    (Rule.ACTIVE, {"is_active": False}, {}, False),
    (Rule.PAUSED, {}, {}, True),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 25)}, {}, True),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 1), "paused_until": date(2026, 11, 23)}, {}, True),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 1), "paused_until": DAY}, {}, False),
    (Rule.PAUSED, {"paused_from": date(2026, 11, 1)}, {}, False),
    (Rule.CAPACITY, {"free": 1}, {}, True),
    (Rule.CAPACITY, {"free": 0, "allows_waiting": True, "waiting": 19}, {}, True),
    (Rule.CAPACITY, {"free": 0}, {}, False),
    (Rule.CAPACITY, {"free": None}, {}, False),
    (Rule.CAPACITY, {"free": 0, "allows_waiting": True, "waiting": 20}, {}, False),
    (Rule.CAPACITY, {"free": 0, "allows_waiting": True}, {"urgency": "emergency"}, False),
    (Rule.PACE, {}, {}, True),
    (Rule.PACE, {"open_offers": 4}, {}, True),
    (Rule.PACE, {"open_offers": 5}, {}, False),
    (Rule.PACE, {"open_offers": 5}, {"urgency": "emergency"}, True),
    # 28 answers in 28 days are one a day, and 7 days of the calendar are 5 working days: twice 7.
    (Rule.PACE, {"open_offers": 13, "answered_lately": 28}, {}, True),
    (Rule.PACE, {"open_offers": 14, "answered_lately": 28}, {}, False),
    # An urgent offer lives one day, so that fewer are answered meanwhile.
    (Rule.PACE, {"open_offers": 5, "answered_lately": 28}, {"urgency": "urgent"}, False),
    (Rule.CONSENT, {}, {}, True),
    (Rule.CONSENT, {}, {"needs_consent": True, "consented": frozenset({HOUSE})}, True),
    (Rule.CONSENT, {}, {"needs_consent": True, "consented": frozenset({OTHER})}, False),
    (Rule.REFUSED, {}, {"refused_by": frozenset({OTHER})}, True),
    (Rule.REFUSED, {}, {"refused_by": frozenset({HOUSE})}, False),
    (Rule.BARRED, {}, {"barred": frozenset({OTHER})}, True),
    (Rule.BARRED, {}, {"barred": frozenset({HOUSE})}, False),
    (Rule.ACCREDITATION, {}, {}, True),
    (Rule.ACCREDITATION, {"is_accredited": True}, {"protected": codes("child trafficking")}, True),
    (Rule.ACCREDITATION, {}, {"protected": codes("sexual_violence")}, False),
    (Rule.ACCREDITATION, {}, {"age_from": 13, "age_to": 23}, False),
    (Rule.ACCREDITATION, {}, {"age_from": 18, "age_to": 18}, True),
    (Rule.ACCREDITATION, {"service_type": "meals"}, {"age_from": 10, "age_to": 10}, True),
]
