"""The words of each kind of letter: plain Indonesian, whatever the language of the page. Values in, a body out.

A letter is an Indonesian document and stands in no catalogue. What is not known is left out and never guessed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from kessos_case.core.months import Month
from kessos_case.letters.rules import LetterKind, fit_for_paper

_MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
TITLES = {
    LetterKind.REFERRAL: "Surat rujukan",
    LetterKind.PLAN: "Rencana bersama",
    LetterKind.CERTIFICATE: "Surat keterangan pelatihan",
    LetterKind.GRADUATION: "Surat kelulusan",
}
SOURCES = {
    "apbd_province": "anggaran provinsi",
    "apbd_regency": "anggaran kabupaten atau kota",
    "apbn": "anggaran negara",
    "village_fund": "dana desa",
    "baznas": "zakat (Baznas)",
    "csr": "perusahaan",
    "partner": "lembaga mitra",
    "own": "uang Anda sendiri",
}
_SEX = {"L": "Laki-laki", "P": "Perempuan"}


@dataclass(frozen=True)
class Body:
    """What a letter says, apart from its number, day and code: the same thing again has the same body."""

    title: str
    opening: list[str]
    facts: list[tuple[str, str]]
    parts: list[dict[str, Any]] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    signed_by: list[str] = field(default_factory=list)
    # What the person drew beneath it: a PNG, in base64.
    signature: str | None = None

    def as_json(self) -> dict[str, Any]:
        """A plain dict whose words are fit for paper."""
        fitted: dict[str, Any] = _fitted(asdict(replace(self, signature=None)))
        return fitted | {"signature": self.signature}


def day_of(day: date) -> str:
    """`3 Maret 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def referral(told: Mapping[str, Any], services: Iterable[str], receiver: str, service: str, sender: str) -> Body:
    """To the receiver, by the hand of the person: what was disclosed to this receiver, and nothing else."""
    known = [
        ("Nama", told.get("name") or told.get("alias")),
        ("NIK", told.get("nik")),
        ("Tanggal lahir", day_of(date.fromisoformat(told["birth_date"])) if told.get("birth_date") else None),
        ("Umur", _ages(told)),
        ("Jenis kelamin", _SEX.get(told.get("sex") or "")),
        ("Telepon", told.get("phone")),
        ("Alamat", told.get("address") or told.get("place")),
        ("Keadaannya", told.get("condition")),
        ("Yang diperlukan", ", ".join(services)),
        ("Layanan yang dituju", service),
    ]
    return Body(
        TITLES[LetterKind.REFERRAL],
        [f"Kepada {receiver}.", f"{sender} merujuk orang berikut kepada Anda. Rujukan ini sudah Anda terima."],
        [(name, str(value)) for name, value in known if value],
        closing=["Mohon orang ini dilayani sebagaimana mestinya. Terima kasih."],
    )


def plan(
    name: str,
    number: int,
    days: Mapping[str, date | None],
    goals: Iterable[Mapping[str, Any]],
    *,
    costs: Iterable[tuple[str, int]] = (),
    tapers: Sequence[tuple[str, Iterable[tuple[Month, int]]]] = (),
    signature: str | None = None,
) -> Body:
    """For the person to keep: what he wants to reach, who does what until when, what it costs, how aid steps down.

    `days` are approved_on, agreed_on and review_on where they are known.
    """
    known = [(label, days.get(day)) for label, day in _DAYS]
    return Body(
        TITLES[LetterKind.PLAN],
        [
            "Ini rencana yang dibuat bersama Anda. Simpan baik-baik. Kalau ada yang berubah, bicarakan dengan pendamping Anda."
        ],
        [("Nama", name), ("Rencana ke", str(number)), *((label, day_of(day)) for label, day in known if day)],
        [
            *(
                {"title": f"Tujuan {at}: {goal['text']}", "lines": [_step(step) for step in goal["steps"]]}
                for at, goal in enumerate(goals, 1)
            ),
            *(
                {
                    "title": f"Bantuan yang berkurang pelan-pelan: {programme}",
                    "lines": [_reduction(month, amount) for month, amount in reductions],
                }
                for programme, reductions in tapers
            ),
            *_costs(list(costs)),
        ],
        closing=[_AID_GOES_ON] if tapers else [],
        signature=signature,
    )


_DAYS = (("Disetujui kantor", "approved_on"), ("Anda setuju", "agreed_on"), ("Dilihat lagi bersama", "review_on"))
_AID_GOES_ON = (
    "Berkurangnya bantuan ini disepakati bersama Anda. Tidak ada bantuan yang berhenti hanya karena surat ini. Kalau keadaan "
    "Anda berubah, kesepakatannya bisa diubah: datanglah kepada kami."
)


def certificate(name: str, course: str, days: tuple[date, date], hours: int, taken: Mapping[str, Any]) -> Body:
    """That the person took part in a course and passed."""
    first, last = days
    known = [
        ("Nama", name),
        ("Pelatihan", course),
        ("Lama", f"{hours} jam pelajaran, {day_of(first)} sampai {day_of(last)}"),
        ("Selesai", day_of(taken["completed_on"]) if taken.get("completed_on") else None),
        ("Nilai", taken.get("score")),
        ("Nomor sertifikat", taken.get("certificate_no")),
    ]
    return Body(
        TITLES[LetterKind.CERTIFICATE],
        ["Kami menerangkan bahwa orang berikut telah mengikuti pelatihan ini sampai selesai dan dinyatakan lulus."],
        [(label, str(value)) for label, value in known if value is not None],
    )


def graduation(name: str, kind: str, provisional_on: date, confirmed_on: date, signers: Iterable[str]) -> Body:
    """That the person has left aid, as two people confirmed."""
    how = {
        "empowered": "hidup mandiri dengan kekuatannya sendiri, tanpa bantuan",
        "reunified": "kembali hidup bersama keluarga atau masyarakatnya",
    }[kind]
    return Body(
        TITLES[LetterKind.GRADUATION],
        [f"Kami menerangkan bahwa orang berikut dinyatakan lulus: {how}."],
        [("Nama", name), ("Lulus sementara", day_of(provisional_on)), ("Disahkan", day_of(confirmed_on))],
        closing=[
            "Selamat, dan terima kasih atas kerja keras Anda. Kalau suatu hari butuh pertolongan lagi, datanglah kepada kami."
        ],
        signed_by=list(signers),
    )


def _ages(told: Mapping[str, Any]) -> str | None:
    first, last = told.get("age_from"), told.get("age_to")
    if first is None and last is None:
        return None
    known = sorted({age for age in (first, last) if age is not None})
    return f"kira-kira {' sampai '.join(map(str, known))} tahun"


def _step(step: Mapping[str, Any]) -> str:
    who = f" Yang mengerjakan: {step['who']}." if step.get("who") else ""
    until = f" Paling lambat {day_of(step['due_on'])}." if step.get("due_on") else ""
    cost = f" Biaya: {rupiah(step['cost'])}, {step['source']}." if step.get("cost") else ""
    return f"{str(step['text']).rstrip('. ')}.{who}{until}{cost}"


def _reduction(month: Month, amount: int) -> str:
    since = f"Mulai {_MONTHS[month % 12]} {month // 12}"
    return f"{since}: {rupiah(amount)} sebulan." if amount else f"{since}: tidak menerima bantuan ini lagi."


def _costs(costs: list[tuple[str, int]]) -> list[dict[str, Any]]:
    if not costs:
        return []
    lines = [f"{source}: {rupiah(amount)}" for source, amount in costs]
    return [{"title": "Biayanya", "lines": [*lines, f"Semuanya: {rupiah(sum(amount for _, amount in costs))}"]}]


def rupiah(amount: int) -> str:
    """`Rp 1.500.000`, as the letter is Indonesian whatever the language of the page."""
    return "Rp\N{NO-BREAK SPACE}" + f"{amount:,}".replace(",", ".")


def _fitted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _fitted(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_fitted(each) for each in value]
    return fit_for_paper(value) if isinstance(value, str) else value
