"""One file as an office really sends it, taken in by the program itself: most of it good, some rows wrong, some unsure.

Runs as the program once the world is written. What failed and what waits for a person is what it is for.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from kessos_case.aid.models import AidImport
from kessos_case.aid.service import imports
from kessos_case.core import jobs
from kessos_case.core.db import Session
from kessos_case.core.months import format_month, month_of
from kessos_case.demo.ground import Ground
from kessos_case.demo.people import Person
from kessos_case.demo.service import World

_PROGRAMME = "BANSOS-KE-JATIM"
_HEADING = ("No NIK", "Nama Penerima", "Tgl Lahir", "Bulan", "Tgl Salur", "Nominal", "No SP2D")
_MOST = 60
_SHOWN, _ENOUGH = "35.09", 24
# Every so manieth row has the next fault; in a short file more of them.
_EVERY = 6


def send_file(session: Session, world: World) -> None:
    """Upload, check and apply a regency's list for extreme poverty; its bad rows are skipped, its unsure ones wait."""
    ground = world.ground
    session.now = ground.now
    regency = _sender(world.poorest)
    content = _written(ground, [person for person in world.poorest if person.village[:5] == regency][:_MOST]).encode()
    started = imports.upload(
        session, content=content, filename=f"contoh-kemiskinan-ekstrem-{ground.today.year}.csv", programme=_PROGRAMME,
        organisation_id=ground.desk(regency).id,
    )  # fmt: skip
    found, by = session.get_one(AidImport, started.id), world.desk.staff.triage[regency]
    found.uploaded_by = by
    while imports.check_part(session, found.id):
        pass
    _over(session, started.job.id)
    applied = imports.apply_import(session, found.id, skip_failed=True)
    found.applied_by = by
    while imports.apply_part(session, found.id) is not None:
        pass
    _over(session, applied.job.id)


def _sender(people: Sequence[Person]) -> str:
    """The regency whose desk is shown, or in a small world the one with most households."""
    counts = Counter(person.village[:5] for person in people)
    return _SHOWN if counts[_SHOWN] >= _ENOUGH else min(counts, key=lambda code: (-counts[code], code))


def _over(session: Session, job_id: UUID) -> None:
    """The work was done here, and no worker need look for it."""
    jobs.finish(session, jobs.job_for(session, job_id))
    session.flush()


def _written(ground: Ground, people: Sequence[Person]) -> str:
    """The file: separated as Indonesian Excel does, amounts and days as people write them."""
    paid_on = ground.working_day(ground.today - timedelta(days=12))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(_HEADING)
    wrongs, every = 0, max(2, min(_EVERY, len(people) // len(_FAULTS)))
    for number, person in enumerate(people, start=1):
        row = {
            "nik": person.nik or "", "name": person.name, "born": f"{person.born:%d/%m/%Y}",
            "month": format_month(month_of(paid_on)), "paid": f"{paid_on:%d/%m/%Y}", "amount": "Rp 1.500.000,00",
            "number": f"SP2D/CONTOH/{ground.today.year}/{number}",
        }  # fmt: skip
        if number % every == 0:
            row |= _FAULTS[wrongs % len(_FAULTS)](row)
            wrongs += 1
        writer.writerow(row.values())
    return text.getvalue()


# What goes wrong in such files: a number read as a decimal, an amount in words, no month, a number twice; and what leaves
# unsure who is meant: another digit, none at all, a stranger, the spouse's name.
_FAULTS: tuple[Callable[[dict[str, Any]], dict[str, str]], ...] = (
    lambda row: {"nik": f"{row['nik'][:1] or '3'},51E+15"},
    lambda _row: {"nik": ""},
    lambda _row: {"amount": "satu setengah juta"},
    lambda row: {"nik": row["nik"] and f"{row['nik'][:-1]}{(int(row['nik'][-1]) + 1) % 10}"},
    lambda row: {"number": f"{row['number'].rsplit('/', 1)[0]}/1"},
    lambda _row: {"name": "Contoh Suliyem Ditulis Lain"},
    lambda _row: {"month": ""},
    lambda _row: {"nik": "", "name": "Contoh Belum Terdaftar", "born": "01/01/1971"},
)
