"""JSON endpoints of vacancies and applications."""

from kessos_case.core.clock import office_day
from kessos_case.core.paging import Page, page
from kessos_case.employment import service, vacancy_queries
from kessos_case.employment import vacancy_schemas as s
from kessos_case.employment.models import Application
from kessos_case.employment.vacancy_queries import WantedVacancies
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("vacancies", __name__, description="Work that employers have to give, and who asks for it")


@blp.get("/vacancies")
@door("vacancy", "read")
@blp.response(200, listed(s.VacancyOut))
@blp.arguments(s.VacancyArgs, location="query")
def vacancies(session, args):
    """Vacancies that take applications today, those that close first above; never who asked for them."""
    employers = (args["employer_id"],) if args["employer_id"] else None
    wanted = WantedVacancies(args["is_open"], args["kind"], args["region_code"], employers)
    shows_filled = not service.sees_hires(session)
    select, keys = vacancy_queries.vacancies(wanted, office_day(session.now), shows_filled=shows_filled)
    found = page(session, select, keys, page_request(args))
    return Page(service.listed_vacancies(session, found.items), found.next_cursor)


@blp.post("/vacancies")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("vacancy", "manage")
@blp.response(201, s.VacancyOut)
@blp.arguments(s.VacancyIn)
@idempotent(again=service.read_vacancy)
def add_vacancy(session, data):
    """State a vacancy of the own organisation; a UPT states what an employer told it."""
    return service.add_vacancy(session, **data)


@blp.get("/vacancies/<uuid:vacancy_id>")
@door("vacancy", "read")
@blp.response(200, s.VacancyOut)
def vacancy(session, vacancy_id):
    """One vacancy."""
    found = service.read_vacancy(session, vacancy_id)
    return found, etag(found.version)


@blp.put("/vacancies/<uuid:vacancy_id>")
@blp.doc(parameters=[IF_MATCH])
@door("vacancy", "manage")
@blp.response(200, s.VacancyOut)
@blp.arguments(s.VacancyChange)
def change_vacancy(session, data, vacancy_id):
    """State a vacancy anew, all of it; one that was closed stays closed."""
    expected = expected_version()
    found = service.managed_vacancy(session, vacancy_id)
    check_version(found.version, expected, data, service.as_stated(found))
    changed = service.change_vacancy(session, found, data)
    return changed, etag(changed.version)


@blp.post("/vacancies/<uuid:vacancy_id>/closing")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("vacancy", "manage")
@blp.response(201, s.VacancyOut)
@idempotent(again=service.read_vacancy)
def close_vacancy(session, vacancy_id):
    """Take no more applications; those that are there go on."""
    return service.close_vacancy(session, vacancy_id)


@blp.get("/cases/<uuid:case_id>/applications")
@door("application", "read")
@blp.response(200, listed(s.JobApplicationOut))
@blp.arguments(s.JobApplicationArgs, location="query")
def applications(session, args, case_id):
    """What the person of a case asked for, at whichever office, the latest first."""
    heading = service.case_at_work(session, case_id)
    select = vacancy_queries.applications(client_id=heading.client_id, state=args["state"])
    keys = [Application.applied_on, Application.id]
    found = page(session, select, keys, page_request(args | {"case_id": case_id}), descending=True)
    return Page(service.listed_applications(session, found.items), found.next_cursor)


@blp.post("/cases/<uuid:case_id>/applications")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("application", "record")
@blp.response(201, s.JobApplicationOut)
@blp.arguments(s.JobApplicationIn)
@idempotent(again=service.read_application)
def apply_for(session, data, case_id):
    """Write down that the person asks for this work. The employer is told nothing."""
    return service.apply_for(session, case_id, **data)


@blp.get("/applications/<uuid:application_id>")
@door("application", "read")
@blp.response(200, s.JobApplicationOut)
def application(session, application_id):
    """One application."""
    found = service.read_application(session, application_id)
    return found, etag(found.version)


@blp.post("/applications/<uuid:application_id>/moves")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("application", "record")
@blp.response(201, s.JobApplicationOut)
@blp.arguments(s.JobApplicationMove)
@idempotent(again=service.read_application)
def move_application(session, data, application_id):
    """interview, offer, hire, refuse, withdraw. A hire proposes the work and ends the person's other applications."""
    return service.move_application(session, application_id, **data)
