"""What lines from a file mean for the people they are for.

A line that is written down by hand stands in the person's timeline and has graduation look again. Of a file that is done
for people on their way out of aid alone: for everybody it would be as many entries and jobs as lines, for a timeline that
nobody reads and for reviews that do not exist. The lines of all others stand on their page of aid, and the night looks at
every open case.
"""

import sqlalchemy as sa

from kessos_case.aid.models import AidImport
from kessos_case.cases.rules import Stage
from kessos_case.cases.service import reconsider_graduation
from kessos_case.core.db import Session
from kessos_case.reference.rules import ProgrammeKind

# Where a review of graduation lives, or has been confirmed.
WATCHED = (Stage.PLACEMENT, Stage.REUNIFICATION, Stage.AFTERCARE, Stage.GRADUATED)

# Each added row with whom it touches: the person, or who lived in the household in its months.
_WATCHED = sa.text(
    """
    with part as materialized (
        select r.row_number, r.programme_code, r.client_id, r.household_id, r.from_month, r.to_month
        from aid_import_rows r
        where r.import_id = :import_id and r.row_number > :after and r.row_number <= :last and r.state = 'added'
    ), touched as (
        select row_number, programme_code, client_id from part where client_id is not null
        union all
        select p.row_number, p.programme_code, m.client_id
        from part p join household_members m on m.household_id = p.household_id and m.voided_at is null
        where m.from_month <= p.to_month and (m.to_month is null or m.to_month >= p.from_month)
    )
    select distinct t.row_number, t.client_id, p.kind
    from touched t join programmes p on p.code = t.programme_code
    where exists (select from cases c where c.client_id = t.client_id and c.stage = any (cast(:stages as text[])))
    """
)
_ENTRIES = sa.text(
    """
    insert into timeline_entries (id, client_id, kind, subject_id, happened_at, recorded_at, user_id, organisation_id,
                                  visibility, detail)
    select uuidv7(), told.client_id, 'aid_recorded', d.id,
           least((d.paid_on + time '16:00') at time zone 'Asia/Jakarta', :at), :at, cast(:user_id as uuid),
           cast(:organisation_id as uuid), 'team', '{}'
    from unnest(cast(:numbers as integer[]), cast(:client_ids as uuid[])) as told (number, client_id)
    join aid_import_rows r on r.import_id = :import_id and r.row_number = told.number
    join disbursements d on d.source_key = r.source_key
    """
)


def tell_the_people(session: Session, found: AidImport, after: int, last: int) -> None:
    """Have the lines of the rows after..last stand in the timelines of watched people, and graduation look again."""
    part = {"import_id": found.id, "after": after, "last": last, "stages": [stage.value for stage in WATCHED]}
    told = session.execute(_WATCHED, part).all()
    if not told:
        return
    whose = {"user_id": found.applied_by, "organisation_id": found.organisation_id, "at": session.now}
    lines = {"numbers": [row.row_number for row in told], "client_ids": [row.client_id for row in told]}
    session.execute(_ENTRIES, {"import_id": found.id} | whose | lines)
    for client_id in {row.client_id for row in told if row.kind == ProgrammeKind.CONSUMPTION}:
        reconsider_graduation(session, client_id)
