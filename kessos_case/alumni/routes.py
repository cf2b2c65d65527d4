"""JSON endpoints of mentors and of whom they meet."""

from kessos_case.alumni import queries, service
from kessos_case.alumni import schemas as s
from kessos_case.alumni.models import Mentoring
from kessos_case.cases.service import case_for, case_offices
from kessos_case.core.paging import Page, page
from kessos_case.web.api import IDEMPOTENCY_KEY, IF_MATCH, ApiBlueprint
from kessos_case.web.auth import door
from kessos_case.web.idempotency import idempotent
from kessos_case.web.lists import ListArgs, listed, page_request
from kessos_case.web.versions import check_version, etag, expected_version

blp = ApiBlueprint("alumni", __name__, description="Graduates who help others, and what became of both")


@blp.get("/clients/<uuid:client_id>/mentor")
@door("mentor", "read")
@blp.response(200, s.MentorOut)
def mentor_of(session, client_id):
    """The person as a mentor, for the office that keeps him: the present time, else the last."""
    found = service.read_mentor_of(session, client_id)
    return found, etag(found.version)


@blp.post("/clients/<uuid:client_id>/mentor")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentorOut)
@blp.arguments(s.MentorIn)
@idempotent(again=service.read_mentor)
def begin_mentor(session, data, client_id):
    """A graduate helps others; 409 names what is missing: a graduation and his own consent, both of which must hold."""
    return service.begin_mentor(session, client_id, **data)


@blp.get("/mentors")
@door("mentor", "read")
@blp.response(200, listed(s.FoundMentorOut))
@blp.arguments(s.MentorArgs, location="query")
def mentors(session, args):
    """Mentors of every UPT who may be asked today, without who they are; the longest at it first."""
    wanted = {name: args[name] for name in ("skill", "free_for", "region")}
    return service.find_mentors(session, wanted, page_request(args))


@blp.get("/mentors/outcomes")
@door("mentor", "read")
@blp.response(200, s.OutcomesOut)
def outcomes(session):
    """What became of those who met, of all offices together; small figures are not told."""
    found = service.outcomes(session)
    items = [{"outcome": outcome, "count": count} for outcome, count in found.by_outcome.items()]
    return {"total": found.total, "items": items}


@blp.get("/mentors/<uuid:mentor_id>")
@door("mentor", "read")
@blp.response(200, s.MentorOut)
def mentor(session, mentor_id):
    """A mentor of the own office."""
    found = service.read_mentor(session, mentor_id)
    return found, etag(found.version)


@blp.patch("/mentors/<uuid:mentor_id>")
@blp.doc(parameters=[IF_MATCH])
@door("mentor", "record")
@blp.response(200, s.MentorOut)
@blp.arguments(s.MentorChange)
def change_mentor(session, data, mentor_id):
    """Say anew what he can, what he is free for, where, and how many at a time."""
    expected = expected_version()
    found = service.mentor_for(session, mentor_id, lock=True)
    check_version(found.version, expected, data, service.as_stated(session, found))
    changed = service.change_mentor(session, found, data)
    return changed, etag(changed.version)


@blp.post("/mentors/<uuid:mentor_id>/end")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentorOut)
@idempotent(again=service.read_mentor)
def end_mentor(session, mentor_id):
    """He does not want to any more; what goes on with him ends too."""
    return service.end_mentor(session, mentor_id)


@blp.get("/mentorings")
@door("mentor", "read")
@blp.response(200, listed(s.MentoringOut))
@blp.arguments(s.MentoringArgs, location="query")
def mentorings(session, args):
    """Mentorings in which the own office has a part, the latest first; of a case or a state where asked."""
    return _listed(session, args, page_request(args))


@blp.get("/cases/<uuid:case_id>/mentorings")
@door("mentor", "read")
@blp.response(200, listed(s.MentoringOut))
@blp.arguments(ListArgs, location="query")
def case_mentorings(session, args, case_id):
    """Whom the person of a case met, or was to meet, the latest first."""
    case_for(session, case_id)
    return _listed(session, {"case_id": case_id}, page_request(args | {"case_id": case_id}))


@blp.post("/cases/<uuid:case_id>/mentorings")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentoringOut)
@blp.arguments(s.MentoringIn)
@idempotent(again=service.read_mentoring)
def propose_mentoring(session, data, case_id):
    """Propose that the person meets this mentor: both are asked, each by his own office."""
    return service.propose_mentoring(session, case_id, **data)


@blp.get("/mentorings/<uuid:mentoring_id>")
@door("mentor", "read")
@blp.response(200, s.MentoringOut)
def mentoring(session, mentoring_id):
    """One mentoring, for the two offices."""
    found = service.read_mentoring(session, mentoring_id)
    return found, etag(found.version)


@blp.post("/mentorings/<uuid:mentoring_id>/agreement")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentoringOut)
@blp.arguments(s.SideIn)
@idempotent(again=service.read_mentoring)
def agree(session, data, mentoring_id):
    """One of the two wants to; once both do, the offices are told the names."""
    return service.agree(session, mentoring_id, **data)


@blp.post("/mentorings/<uuid:mentoring_id>/refusal")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentoringOut)
@blp.arguments(s.SideIn)
@idempotent(again=service.read_mentoring)
def decline(session, data, mentoring_id):
    """One of the two does not want to: it ends, and the step of the plan is open again."""
    return service.decline(session, mentoring_id, **data)


@blp.post("/mentorings/<uuid:mentoring_id>/meeting")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentoringOut)
@blp.arguments(s.MeetingIn)
@idempotent(again=service.read_mentoring)
def meet(session, data, mentoring_id):
    """They have met first: the step of the plan is done."""
    return service.meet(session, mentoring_id, **data)


@blp.post("/mentorings/<uuid:mentoring_id>/end")
@blp.doc(parameters=[IDEMPOTENCY_KEY])
@door("mentor", "record")
@blp.response(201, s.MentoringOut)
@blp.arguments(s.MentoringEndIn)
@idempotent(again=service.read_mentoring)
def end_mentoring(session, data, mentoring_id):
    """It is over: what became of the person, and of the mentor where they have met."""
    return service.end_mentoring(session, mentoring_id, **data)


def _listed(session, wanted, asked):
    select = queries.mentorings(wanted, case_offices(session))
    found = page(session, select, [Mentoring.proposed_at, Mentoring.id], asked, descending=True)
    return Page(service.listed_mentorings(session, found.items), found.next_cursor)
