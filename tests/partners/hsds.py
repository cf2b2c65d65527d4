"""What HSDS 3.1 asks of the objects that we publish, written down from its schema reference in our own words.

Source: https://docs.openreferral.org/en/3.1/hsds/schema_reference.html, and the Page of its API reference. Of each object the
fields that it has with their types, and those that it must have; a field that the reference does not know is a mistake of ours.
Compared field by field, with what each must have, with schema/*.json and schema/openapi.json of the specification's repository
(github.com/openreferral/specification). They are licensed CC BY-SA 4.0, so they are not copied here. Stricter than they are:
every id must be a UUID, and an hour must say its offset, which they only recommend. `organization.services` are those of the
API's `full_service`: a fully nested organization with its services.
"""

from typing import Any

from jsonschema import Draft202012Validator

TEXT, NUMBER, ID = {"type": "string"}, {"type": "number"}, {"type": "string", "format": "uuid"}
MAIL, DAY, INSTANT = ({"type": "string", "format": kind} for kind in ("email", "date", "date-time"))
HOUR = {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d(Z|[+-]\d\d:\d\d)$"}
WEEKDAYS = r"^(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*$"


def one_of(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def fields(types: dict[str, Any], names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split(), types)


def many(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/$defs/{name}"}


def thing(required: str, **properties: Any) -> dict[str, Any]:
    """An object with an id, which everything has."""
    return {
        "type": "object",
        "required": ["id", *required.split()],
        "properties": {"id": ID} | properties,
        "additionalProperties": False,
    }


DEFINITIONS = {
    "organization": thing(
        "name description",
        **fields(TEXT, "name alternate_name description website legal_status logo uri"),
        email=MAIL, parent_organization_id=ID, year_incorporated=NUMBER, contacts=many("contact"), phones=many("phone"),
        locations=many("location"), services=many("service"),
        organization_identifiers=many("organization_identifier"), attributes=many("attribute"),
    ),
    "organization_identifier": thing(
        "identifier_type identifier", organization_id=ID, **fields(TEXT, "identifier_scheme identifier_type identifier")
    ),
    "service": thing(
        "name status",
        **fields(
            TEXT,
            "name alternate_name description url interpretation_services application_process fees_description"
            " accreditations eligibility_description alert",
        ),
        organization_id=ID, program_id=ID, email=MAIL, minimum_age=NUMBER, maximum_age=NUMBER, assured_date=DAY,
        assurer_email=MAIL, last_modified=INSTANT,
        status=one_of("active", "inactive", "defunct", "temporarily closed"), schedules=many("schedule"),
        service_areas=many("service_area"), service_at_locations=many("service_at_location"), contacts=many("contact"),
        phones=many("phone"), capacities=many("service_capacity"), attributes=many("attribute"),
    ),
    "schedule": thing(
        "", service_id=ID, location_id=ID, service_at_location_id=ID, valid_from=DAY, valid_to=DAY, dtstart=DAY, until=DAY,
        timezone=NUMBER, count=NUMBER, interval=NUMBER, wkst=one_of("MO", "TU", "WE", "TH", "FR", "SA", "SU"),
        freq=one_of("WEEKLY", "MONTHLY"), byday={"type": "string", "pattern": WEEKDAYS}, opens_at=HOUR, closes_at=HOUR,
        **fields(TEXT, "byweekno bymonthday byyearday description schedule_link attending_type notes"),
    ),
    "service_area": thing(
        "", service_id=ID, service_at_location_id=ID, **fields(TEXT, "name description extent extent_type uri")
    ),
    "service_at_location": thing("", service_id=ID, location_id=ID, description=TEXT, location=ref("location")),
    "location": thing(
        "location_type", organization_id=ID, latitude=NUMBER, longitude=NUMBER,
        location_type=one_of("physical", "postal", "virtual"),
        **fields(
            TEXT, "url name alternate_name description transportation external_identifier external_identifier_type"
        ),
    ),
    "contact": thing(
        "", organization_id=ID, service_id=ID, service_at_location_id=ID, location_id=ID, email=MAIL,
        phones=many("phone"), **fields(TEXT, "name title department"),
    ),
    "phone": thing(
        "number", organization_id=ID, service_id=ID, service_at_location_id=ID, location_id=ID, contact_id=ID,
        extension=NUMBER, **fields(TEXT, "number type description"),
    ),
    "service_capacity": thing(
        "unit available updated", service_id=ID, unit_id=ID, unit=ref("unit"), available=NUMBER, maximum=NUMBER,
        description=TEXT, updated=INSTANT,
    ),
    "unit": thing("name", **fields(TEXT, "name scheme identifier uri")),
    "attribute": thing(
        "", link_id=ID, taxonomy_term_id=ID, taxonomy_term=ref("taxonomy_term"),
        **fields(TEXT, "link_type link_entity value label"),
    ),
    "taxonomy_term": thing(
        "name description", parent_id=ID, taxonomy_id=ID, taxonomy_detail=ref("taxonomy"),
        **fields(TEXT, "code name description taxonomy language term_uri"),
    ),
    "taxonomy": thing("name description", **fields(TEXT, "name description uri version")),
}  # fmt: skip
# Beside the API's Page only our cursor, in place of its numbered pages.
PAGE = {
    "type": "object",
    "required": ["contents", "empty"],
    "properties": {
        "contents": many("organization"),
        **fields({"type": "integer"}, "total_items total_pages page_number size"),
        **fields({"type": "boolean"}, "first_page last_page empty"),
        "next_cursor": {"type": ["string", "null"]},
    },
    "additionalProperties": False,
    "$defs": DEFINITIONS,
}
CHECK = Draft202012Validator(PAGE, format_checker=Draft202012Validator.FORMAT_CHECKER)


def mistakes(page: Any) -> list[str]:
    """What is wrong with this page, by place."""
    return [f"{error.json_path}: {error.message}" for error in CHECK.iter_errors(page)]
