"""What the pages of letters say. A letter itself is always Indonesian (writing.py)."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from kessos_case.letters.rules import LetterKind, RevokeReason
from kessos_case.web import forms
from kessos_case.web.forms import Words

KINDS: Words = {
    LetterKind.REFERRAL: lazy_gettext("Surat rujukan"),
    LetterKind.PLAN: lazy_gettext("Rencana bersama"),
    LetterKind.CERTIFICATE: lazy_gettext("Surat keterangan pelatihan"),
    LetterKind.GRADUATION: lazy_gettext("Surat kelulusan"),
}
ABOUT: Words = {
    LetterKind.REFERRAL: lazy_gettext(
        "Untuk dibawa ke penerima. Isinya hanya yang boleh diberitahukan kepada penerima."
    ),
    LetterKind.PLAN: lazy_gettext("Untuk disimpan orangnya: tujuan, langkah, dan siapa mengerjakan apa."),
    LetterKind.CERTIFICATE: lazy_gettext("Bahwa orangnya menyelesaikan pelatihan dan lulus."),
    LetterKind.GRADUATION: lazy_gettext("Bahwa kelulusannya sudah disahkan dua orang."),
}
REASONS: Words = {
    RevokeReason.MISTAKE: lazy_gettext("Isinya salah"),
    RevokeReason.OUT_OF_DATE: lazy_gettext("Keadaannya sudah berubah"),
    RevokeReason.LOST: lazy_gettext("Suratnya hilang atau jatuh ke tangan orang lain"),
    RevokeReason.OWN_WISH: lazy_gettext("Keinginan orangnya sendiri"),
}
ALL_REASONS: Words = {**REASONS, RevokeReason.SUPERSEDED: lazy_gettext("Sudah diganti dengan surat yang lebih baru")}
NOTICES: Words = {
    "issued": lazy_gettext("Suratnya sudah ada. Buka, cetak, lalu serahkan."),
    "certificates": lazy_gettext("Sertifikat semua yang lulus sudah ada. Cetak, lalu serahkan."),
    "revoked": lazy_gettext("Surat ini sudah dicabut. Siapa pun yang memeriksa kodenya diberi tahu."),
}
FIELDS: Words = {"reason": lazy_gettext("Pilih mengapa suratnya dicabut.")}
CODES: Words = {
    "not_accepted": lazy_gettext("Rujukan ini belum diterima, jadi belum ada suratnya."),
    "not_approved": lazy_gettext("Rencana ini belum disetujui. Surat dibuat dari rencana yang berlaku."),
    "not_passed": lazy_gettext("Pelatihan ini belum selesai atau belum lulus."),
    "not_confirmed": lazy_gettext("Kelulusannya belum disahkan dua orang, atau sudah tidak berlaku."),
    "erased": lazy_gettext("Data orang ini sudah dihapus, jadi suratnya tidak bisa dibuat."),
    "other_office": lazy_gettext("Ini milik kantor lain. Kantor itu yang membuat suratnya."),
    "none_issued": lazy_gettext("Belum ada sertifikat yang dibuat. Buat dulu, lalu cetak."),
    "already_revoked": lazy_gettext("Surat ini sudah dicabut sebelumnya."),
}


def mistakes(errors: Iterable[Mapping[str, Any]], code: str = "") -> dict[str, str]:
    """One sentence for each mistake; of a refusal without fields what its code means."""
    found = forms.mistakes(errors, FIELDS, CODES)
    return found or {"": str(CODES.get(code) or forms.changed())}
