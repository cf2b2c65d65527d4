"""What a guard of a case can miss, as a sentence that says what to do, and the address where it is done."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from kessos_case.cases.rules import Pathway
from kessos_case.cases.service import pathways
from kessos_case.cases.service.instruments import OTHER_DOMAIN, editions
from kessos_case.web.forms import Words
from kessos_case.web.pages import current_language

# What is missing, as a sentence that says what to do. `%(what)s` is what the entry is about.
LACKS: Words = {
    # Who, where, and whether there may be a case at all.
    "client_missing": lazy_gettext("Pilih dulu orangnya."),
    "category_missing": lazy_gettext("Pilih kelompok PPKS-nya."),
    "organisation_missing": lazy_gettext("Pilih UPT-nya."),
    "referral_missing": lazy_gettext("Pilih rujukan yang sudah diterima UPT itu."),
    "client_died": lazy_gettext("Orang ini sudah meninggal. Kasusnya tidak bisa berjalan lagi."),
    "case_open": lazy_gettext("Orang ini masih punya kasus terbuka di UPT ini. Pakai kasus itu."),
    "wrong_state": lazy_gettext("Tahap kasus sudah bukan di situ. Lihat tahapnya yang sekarang."),
    "wrong_pathway": lazy_gettext("Langkah ini tidak ada di jalur orang ini."),
    "wrong_actor": lazy_gettext("Langkah ini bukan untuk peran Anda. Minta yang berwenang melakukannya."),
    "paused": lazy_gettext("Kasus sedang dijeda. Lanjutkan dulu kasusnya."),
    # Before an assessment, a plan, a measure.
    "caseworker_missing": lazy_gettext("Belum ada pekerja sosial. Kepala UPT menunjuk satu."),
    "agreement_missing": lazy_gettext(
        "Persetujuan orangnya belum dicatat. Catat persetujuannya, atau alasan sah untuk mulai tanpa itu."
    ),
    "assessment_missing": lazy_gettext("Asesmen %(what)s belum selesai. Isi sampai lengkap."),
    "assessment_old": lazy_gettext("Asesmen %(what)s sudah lebih dari %(days)d hari. Ulangi."),
    "plan_missing": lazy_gettext("Belum ada rencana. Susun rencananya bersama orangnya."),
    "plan_not_approved": lazy_gettext("Rencananya belum disetujui. Ajukan, lalu kepala UPT menyetujui."),
    "approver_is_author": lazy_gettext("Rencana disetujui penulisnya sendiri. Orang lain yang harus menyetujui."),
    "goal_missing": lazy_gettext("Rencananya belum punya tujuan. Tulis paling sedikit satu."),
    "domain_without_goal": lazy_gettext("Asesmen menunjukkan masalah di %(what)s. Tulis tujuan untuk itu."),
    "goal_without_step": lazy_gettext("Ada tujuan tanpa langkah. Tulis apa yang akan dilakukan."),
    "step_incomplete": lazy_gettext("Ada langkah tanpa penanggung jawab atau tanggal. Lengkapi."),
    "conference_missing": lazy_gettext("Rencana ini belum dibahas dalam temu bahas kasus. Adakan, lalu catat."),
    "client_agreement_missing": lazy_gettext("Orangnya sendiri belum menyetujui rencana ini. Bicarakan, lalu catat."),
    # What came of it.
    "course_missing": lazy_gettext(
        "Belum ada pelatihan yang selesai. Selesaikan satu, atau tulis mengapa tidak perlu."
    ),
    "safe_home_missing": lazy_gettext("Belum ada keluarga atau tempat yang dinilai aman. Lihat tempatnya, lalu catat."),
    "outcome_unverified": lazy_gettext(
        "Pekerjaan, usaha atau kepulangannya belum dipastikan. Datangi atau hubungi, lalu catat."
    ),
    "verdict_missing": lazy_gettext("Kelulusannya belum ditandatangani dua orang. Lihat apa yang masih kurang."),
    # What a verb takes along.
    "reason_missing": lazy_gettext("Pilih alasannya."),
    "note_missing": lazy_gettext("Jelaskan alasannya dengan kata-kata."),
    "stage_missing": lazy_gettext("Pilih tahapnya."),
    "stage_not_earlier": lazy_gettext("Pilih tahap sebelum tahap yang sekarang."),
    "already_paused": lazy_gettext("Kasus ini sudah dijeda."),
    "not_paused": lazy_gettext("Kasus ini tidak sedang dijeda."),
    "until_missing": lazy_gettext("Tulis sampai kapan, sejauh bisa diperkirakan."),
    "until_in_past": lazy_gettext("Tanggal itu sudah lewat. Tulis tanggal mulai hari ini."),
    "until_too_far": lazy_gettext("Terlalu lama. Jeda paling lama %(days)d hari; sesudah itu bisa dijeda lagi."),
    "pathway_missing": lazy_gettext("Pilih jalur yang baru."),
    "pathway_same": lazy_gettext("Jalurnya sudah itu. Pilih jalur yang lain."),
    "goals_undecided": lazy_gettext("Pilih: dibawa atau dihentikan."),
    "organisation_same": lazy_gettext("Kasusnya sudah di UPT ini. Pilih UPT lain."),
    "transfer_open": lazy_gettext("UPT lain belum menjawab tawaran kasus ini. Tunggu jawabannya, atau tarik kembali."),
    "attempts_missing": lazy_gettext(
        "Hubungi dulu %(attempts)d kali pada %(days)d hari yang berbeda, dan catat setiap kali."
    ),
    "open_items": lazy_gettext("Masih terbuka. Tentukan apa jadinya."),
    # After the end.
    "case_transferred": lazy_gettext("Kasusnya dilanjutkan UPT lain. Hanya UPT itu yang bisa mengembalikannya."),
    "reopen_too_late": lazy_gettext("Sudah lebih dari %(days)d hari sejak ditutup. Buka kasus baru."),
    "previous_stage_missing": lazy_gettext("Tahap terakhirnya tidak tercatat. Buka kasus baru."),
    # Goals and steps of a plan.
    "comment_missing": lazy_gettext("Tulis apa yang harus diperbaiki."),
    "step_running": lazy_gettext("Ada langkah yang masih berjalan. Akhiri dulu rujukan, pelatihan atau kerjanya."),
    "starts_with_link": lazy_gettext("Langkah ini mulai sendiri bersama rujukan, pelatihan atau kerjanya."),
    "wrong_link": lazy_gettext("Jenis langkah ini tidak cocok dengan yang dihubungkan."),
    "closes_with_link": lazy_gettext("Langkah ini selesai sendiri bersama rujukan, pelatihan atau kerjanya."),
    "reason_unasked": lazy_gettext("Alasan hanya ditulis untuk yang dihentikan."),
}

# A need that is met, as a line of the same checklist.
MET: Words = {
    "caseworker": lazy_gettext("Pekerja sosial sudah ditunjuk."),
    "agreement": lazy_gettext("Persetujuan, atau alasan sah tanpa itu, sudah dicatat."),
    "assessed": lazy_gettext("Semua asesmen yang diperlukan sudah lengkap."),
    "assessed_lately": lazy_gettext("Asesmennya masih baru."),
    "approved_plan": lazy_gettext("Rencana sudah disetujui."),
    "whole_plan": lazy_gettext("Rencananya lengkap: setiap masalah punya tujuan dan langkah."),
    "another_approver": lazy_gettext("Yang menyetujui bukan yang menulis."),
    "conference": lazy_gettext("Rencana sudah dibahas dalam temu bahas kasus."),
    "client_agreement": lazy_gettext("Orangnya sendiri sudah menyetujui rencananya."),
    "course": lazy_gettext("Ada pelatihan yang selesai."),
    "safe_home": lazy_gettext("Ada keluarga atau tempat yang dinilai aman."),
    "verified_outcome": lazy_gettext("Pekerjaan, usaha atau kepulangannya sudah dipastikan."),
    "verdict": lazy_gettext("Kelulusan sudah ditandatangani dua orang."),
}


class OfCase(Protocol):
    """What a way needs to know of a case: a row, a card, or what stands in for one that is not there yet."""

    @property
    def id(self) -> UUID | str:
        """Its place in an address."""
        raise NotImplementedError

    @property
    def client_id(self) -> UUID:
        """Whose it is."""
        raise NotImplementedError

    @property
    def pathway(self) -> str:
        """What the service is for."""
        raise NotImplementedError


# The page on which the thing is done; `{about}` is the id that the entry names.
_WAYS: Mapping[str, str] = {
    "client_missing": "/clients",
    "referral_missing": "/inbox",
    "client_died": "/clients/{client}",
    "case_open": "/cases/{about}",
    "wrong_state": "/cases/{case}",
    "paused": "/cases/{case}#resume",
    "caseworker_missing": "/cases/{case}#caseworker",
    "agreement_missing": "/cases/{case}/agreements",
    "assessment_missing": "/cases/{case}/assessments",
    "assessment_old": "/cases/{case}/assessments",
    "plan_missing": "/cases/{case}/plans",
    "plan_not_approved": "/cases/{case}/plans",
    "approver_is_author": "/cases/{case}/plans",
    "goal_missing": "/cases/{case}/plans",
    "domain_without_goal": "/cases/{case}/plans",
    "goal_without_step": "/cases/{case}/plans",
    "step_incomplete": "/cases/{case}/plans",
    "step_running": "/cases/{case}/plans",
    "conference_missing": "/cases/{case}/conferences",
    "client_agreement_missing": "/cases/{case}/plans",
    "course_missing": "/batches?case_id={case}",
    "safe_home_missing": "/cases/{case}/reunifications",
    "outcome_unverified": "/placements?case_id={case}",
    "verdict_missing": "/clients/{client}/graduation",
    "transfer_open": "/cases/{case}#transfers",
    "attempts_missing": "/cases/{case}/visits",
    "reopen_too_late": "/cases/new?client_id={client}",
    "previous_stage_missing": "/cases/new?client_id={client}",
}
_HOMECOMING = "/cases/{case}/reunifications"


def way_to(code: str, case: OfCase, entry: Mapping[str, Any]) -> str | None:
    """The address where what is missing is done; None for what the form itself asks for, or nobody can do."""
    way = _WAYS.get(code)
    if code == "outcome_unverified" and case.pathway == Pathway.REUNIFICATION:
        way = _HOMECOMING
    return way.format(case=case.id, client=case.client_id, about=entry.get("id", "")) if way else None


def lack(entry: Mapping[str, Any]) -> str:
    """What an entry of a guard (`{code, detail, kind?, id?}`) says to a reader."""
    words = LACKS.get(str(entry.get("code")))
    return str(words) % _about(entry) if words else _("Ini belum bisa dilakukan.")


def lacks(entries: Iterable[Mapping[str, Any]], case: OfCase) -> list[dict[str, Any]]:
    """The lines of a checklist, `{code, text, way}`, each sentence once."""
    lines = {lack(entry): entry for entry in reversed(list(entries))}
    return [
        {"code": entry["code"], "text": text, "way": way_to(str(entry["code"]), case, entry)}
        for text, entry in reversed(lines.items())
    ]


def instrument_title(name: str) -> str:
    """An instrument as people call it."""
    found = editions().get(name)
    if not found:
        return name
    newest = found[max(found)].instrument
    return newest.title_en if current_language() == "en" else newest.title_id


def domain_label(code: str) -> str:
    """A domain of life as people call it."""
    if code == OTHER_DOMAIN:
        return _("hal lain")
    for edition in (edition for versions in editions().values() for edition in versions.values()):
        for domain in edition.instrument.domains:
            if domain.code == code:
                return domain.label_en if current_language() == "en" else domain.label_id
    return code


def _about(entry: Mapping[str, Any]) -> dict[str, Any]:
    kind, about, limits = entry.get("kind"), str(entry.get("id", "")), pathways()
    days = {
        "assessment_old": limits.assessment_days,
        "until_too_far": limits.pause_most_days,
        "attempts_missing": limits.contact_days,
        "reopen_too_late": limits.reopen_days,
    }
    name = {"instrument": instrument_title, "domain": domain_label}.get(str(kind))
    return {
        "what": name(about) if name else "",
        "days": days.get(str(entry.get("code")), 0),
        "attempts": limits.contact_attempts,
    }
