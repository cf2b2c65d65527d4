"""What a table of partners is told: its columns, what is wrong with a row of it, in words. Indonesian first, English second."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from kessos_case.partners.rules.import_cells import RowFault
from kessos_case.partners.rules.import_rows import Fault
from kessos_case.partners.service.imports import Alike, Outcome, Report, RowPlan

# Heading, what belongs there, an example: as the template has them.
COLUMNS: dict[str, tuple[str, str, str]] = {
    "organisation_code": ("Kode organisasi", "Wajib. Kode pendek yang tetap, huruf besar.", "CONTOH-LKS-MAWAR"),
    "organisation_kind": ("Jenis organisasi", "Untuk yang baru: LKS, OPD, UPT, perusahaan, universitas, rumah sakit.", "LKS"),
    "organisation_name": ("Nama organisasi", "Wajib untuk organisasi baru.", "Yayasan Mawar Contoh"),
    "region_code": ("Wilayah organisasi", "Kode wilayah (35.09) atau nama kabupaten/kota.", "Kabupaten Jember"),
    "service_type": ("Jenis layanan", "Wajib. Nama atau kode dari lembar Kode.", "Penampungan sementara"),
    "service_name": ("Nama layanan", "Wajib. Nama menurut organisasi itu sendiri.", "Rumah Singgah Mawar"),
    "coverage": ("Cakupan", "Wajib untuk layanan baru. Wilayah dipisah titik koma; 35 = seluruh Jawa Timur.", "35.09; 35.11"),
    "min_age": ("Umur paling muda", "Tahun. Kosong: tidak berubah. Tanda - : tidak dibatasi.", "18"),
    "max_age": ("Umur paling tua", "Tahun.", "-"),
    "sexes": ("Jenis kelamin", "L, P, atau L; P.", "L; P"),
    "categories": ("Kategori PPKS", "Nama atau kode, dipisah titik koma. Tanda - : semua kategori.", "-"),
    "has_disability_access": ("Akses disabilitas", "ya atau tidak.", "ya"),
    "is_accredited": ("Terakreditasi", "ya atau tidak. Hanya pengurus aplikasi yang boleh mengubahnya.", "tidak"),
    "allows_waiting": ("Daftar tunggu", "ya: orang boleh antre kalau penuh.", "ya"),
    "is_active": ("Masih dibuka", "tidak: layanan ini sudah berhenti.", "ya"),
    "open_days": ("Hari buka", "Misalnya Senin-Jumat atau Senin, Rabu.", "Senin-Jumat"),
    "opens_at": ("Jam buka", "Misalnya 08.00.", "08.00"),
    "closes_at": ("Jam tutup", "Misalnya 15.00.", "15.00"),
    "application_process": ("Cara mendaftar", "Apa yang dibawa dan siapa yang dicari.", "Bawa surat pengantar dari desa."),
    "capacity_places": ("Jumlah tempat", "Bilangan bulat.", "12"),
    "capacity_starts_on": ("Tempat mulai", "Hari pertama. Kosong: masa yang sedang berjalan.", "01/01/2026"),
    "capacity_ends_on": ("Tempat sampai", "Hari terakhir.", "31/12/2026"),
    "agreement_number": ("Nomor perjanjian", "Hanya pengurus aplikasi yang boleh mencatatnya.", "PKS-01/2026"),
    "agreement_starts_on": ("Perjanjian mulai", "Hari pertama.", "01/01/2026"),
    "agreement_ends_on": ("Perjanjian sampai", "Hari terakhir.", "31/12/2026"),
    "agreement_parties": ("Pihak perjanjian", "Dipisah titik koma.", "Dinas Sosial Provinsi; Yayasan Mawar Contoh"),
    "agreement_subject": ("Perihal perjanjian", "Tentang apa.", "Penampungan sementara"),
    "contact_name": ("Nama kontak", "Petugas atau meja layanan, bukan klien.", "Petugas Jaga"),
    "contact_position": ("Jabatan kontak", "Boleh kosong.", "Pengurus harian"),
    "contact_phone": ("Telepon kontak", "Telepon atau email harus ada.", "0331-000000"),
    "contact_email": ("Email kontak", "Boleh kosong.", "mawar@contoh.invalid"),
}  # fmt: skip

FAULTS: dict[str, tuple[str, str]] = {
    RowFault.MISSING: ("kosong, padahal harus diisi", "is empty and must not be"),
    RowFault.TOO_MANY_CELLS: (
        "lebih banyak kolom daripada judulnya: mungkin ada pemisah di dalam nama",
        "more cells than the heading has: perhaps a separator within a name",
    ),
    RowFault.CONTROL_CHARACTER: ("berisi tanda yang tidak terbaca", "contains a character that cannot be read"),
    RowFault.FORMULA: ("berisi rumus: tulis isinya saja", "holds a formula: write what it reckons"),
    RowFault.TOO_LONG: ("terlalu panjang", "is too long"),
    RowFault.DIGITS_LOST: (
        "dibaca Excel sebagai bilangan, sehingga angkanya hilang: jadikan kolom ini teks, lalu tulis lagi",
        "a spreadsheet took it for a number and lost digits: make the column text and write it again",
    ),
    RowFault.NOT_A_CODE: (
        "bukan kode: huruf besar, angka, titik, dan tanda hubung, 2 sampai 60 tanda",
        "is no code: capitals, digits, dots and hyphens, 2 to 60 of them",
    ),
    RowFault.NOT_A_REGION: (
        "bukan wilayah: tulis kodenya dengan titik (35.09) atau nama kabupaten/kota (Kabupaten Jember)",
        "is no region: write its code with dots (35.09) or a regency (Kabupaten Jember)",
    ),
    RowFault.NOT_A_KIND: (
        "bukan jenis organisasi: LKS, OPD, UPT, Dinsos, perusahaan, universitas, atau rumah sakit",
        "is no kind of organisation: lks, opd, upt, dinsos, company, university or hospital",
    ),
    RowFault.NOT_A_DAY: ("bukan tanggal: tulis 31/01/2026 atau 2026-01-31", "is no date: write 2026-01-31"),
    RowFault.DAY_SERIAL: (
        "ini bilangan, bukan tanggal: di Excel jadikan selnya Tanggal, atau tulis 31/01/2026",
        "is a number and no date: make the cell a date, or write 2026-01-31",
    ),
    RowFault.NOT_A_NUMBER: ("bukan bilangan bulat 0 sampai 100.000", "is no whole number from 0 to 100,000"),
    RowFault.NOT_AN_AGE: ("bukan umur: tulis 0 sampai 130", "is no age: write 0 to 130"),
    RowFault.NOT_A_TIME: ("bukan jam: tulis 08.00", "is no time of day: write 08:00"),
    RowFault.NOT_WEEKDAYS: ("bukan hari: tulis Senin-Jumat atau Senin, Rabu", "are no weekdays: write Monday-Friday"),
    RowFault.NOT_A_TRUTH: ("tulis ya atau tidak", "write yes or no"),
    RowFault.NOT_A_SEX: ("tulis L, P, atau L; P", "write L, P or L; P"),
    RowFault.NOT_A_PHONE: ("bukan nomor telepon: tulis satu nomor saja", "is no telephone number: write one number"),
    RowFault.NOT_AN_EMAIL: ("bukan alamat email", "is no mail address"),
    RowFault.NOT_FOUND: ("tidak ada dalam daftar", "is in no list that we have"),
    RowFault.TWICE: ("layanan ini ada dua kali di berkas ini", "this service stands twice in the file"),
    RowFault.CONTRADICTS: ("berbeda dengan baris lain tentang hal yang sama", "another row says otherwise of the same"),
    RowFault.KIND_FIXED: (
        "berbeda dengan yang tercatat; jenis organisasi tidak bisa diganti lewat berkas",
        "is not what we have; the kind of an organisation is not changed by a file",
    ),
    RowFault.AGREEMENT_DIFFERS: (
        "perjanjian nomor ini sudah tercatat dengan isi lain; perjanjian tidak diubah lewat berkas",
        "the agreement of this number says otherwise; agreements are not changed by a file",
    ),
    RowFault.BEFORE_START: ("hari terakhir mendahului hari pertama", "the last day comes before the first"),
    RowFault.BELOW_MIN_AGE: ("di bawah umur paling muda", "is below the least age"),
    RowFault.BEFORE_OPENING: ("tutup sebelum buka", "it closes before it opens"),
    RowFault.UNREACHABLE: ("harus ada telepon atau email", "give a telephone number or a mail address"),
    RowFault.PERIOD_OVERLAPS: (
        "masa ini bertumpang tindih dengan masa lain dari layanan yang sama",
        "another period of this service has some of these days",
    ),
    RowFault.CAPACITY_IN_USE: ("lebih sedikit daripada tempat yang sedang dipakai", "is less than what is in use"),
    RowFault.SCOPE: ("bukan organisasi Anda", "is not your organisation"),
    RowFault.ACCREDITATION: (
        "hanya pengurus aplikasi yang boleh mengubah akreditasi",
        "only an administrator says whether a service is accredited",
    ),
    RowFault.AGREEMENT: (
        "hanya pengurus aplikasi yang boleh mencatat perjanjian",
        "only an administrator writes down an agreement",
    ),
    RowFault.ADMINISTRATOR: (
        "hanya pengurus aplikasi yang boleh mengubah nama dan wilayah organisasi",
        "only an administrator changes the name and region of an organisation",
    ),
    RowFault.REFUSED: ("tidak bisa diterima", "cannot be taken"),
}  # fmt: skip

OUTCOMES: dict[str, tuple[str, str]] = {
    Outcome.CREATE: ("baru", "create"),
    Outcome.CHANGE: ("berubah", "change"),
    Outcome.NOTHING: ("tidak berubah", "nothing"),
    Outcome.FAILED: ("salah", "failed"),
}

# What stands behind the columns of the sender in the file of results.
ADDED_COLUMNS = ("baris", "hasil", "kolom", "kode", "keterangan")


def plain(value: Any) -> str | None:
    """A value as a table would have it; None for what is not said."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


def column(field: str) -> str:
    """The Indonesian heading of a column."""
    return COLUMNS[field][0] if field in COLUMNS else "Baris"


def detail(fault: Fault) -> dict[str, str]:
    """What is wrong, in both languages; with the other row where there is one."""
    said, told = FAULTS[fault.code]
    return {
        "id": f"{said} (lihat baris {fault.row})" if fault.row else said,
        "en": f"{told} (see row {fault.row})" if fault.row else told,
    }


def alike_detail(alike: Alike) -> dict[str, str]:
    """That something new may be something old, in both languages."""
    what = ("organisasi", "organisation") if alike.service_id is None else ("layanan", "service")
    return {
        "id": f"mungkin nama lain dari {what[0]} yang sudah tercatat: {alike.name}",
        "en": f"may be another name of a {what[1]} that stands already: {alike.name}",
    }


def result_table(report: Report) -> Iterator[list[str]]:
    """Every row as it was sent, and behind it what became of it and why."""
    width = max(len(report.heading), *(len(plan.row.cells) for plan in report.rows))
    yield [*_padded(report.heading, width), *ADDED_COLUMNS]
    for plan in report.rows:
        yield [*_padded(plan.row.cells, width), *_why(plan, report.alike.get(plan.row.number, []))]


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _why(plan: RowPlan, alike: Iterable[Alike]) -> list[str]:
    fields = ", ".join(fault.field for fault in plan.faults)
    codes = ", ".join(fault.code for fault in plan.faults)
    wrong = [f"{column(fault.field)}: {detail(fault)['id']}" for fault in plan.faults]
    doubted = [alike_detail(one)["id"] for one in alike]
    changed = [_changed(change.field, change.before, change.after) for change in plan.changes]
    return [
        str(plan.row.number),
        OUTCOMES[plan.outcome][0],
        fields,
        codes,
        "; ".join(_once(wrong or [*doubted, *changed])),
    ]


def _changed(field: str, before: Any, after: Any) -> str:
    old, new = plain(before), plain(after)
    return f"{column(field)}: {new or '-'}" if old is None else f"{column(field)}: {old or '-'} > {new or '-'}"


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
