"""What the page of a hand-over says."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from kessos_case.cases.service import Serving
from kessos_case.web import forms
from kessos_case.web.forms import Words

NOTICES: Words = {
    "done": lazy_gettext("Kasus dan tugasnya yang terbuka sudah diserahkan. Penerimanya diberi tahu."),
}

_WRONG: Words = {
    "from_id": lazy_gettext("Pilih kasus siapa yang diserahkan."),
    "user_id": lazy_gettext("Pilih rekan yang menerima, yang bekerja di kantor ini."),
    "case_ids": lazy_gettext("Centang paling sedikit satu kasus, atau serahkan semuanya."),
    "to.0.user_id": lazy_gettext("Pilih rekan yang menerima, yang bekerja di kantor ini."),
    "to.0.case_ids": lazy_gettext("Centang paling sedikit satu kasus, atau serahkan semuanya."),
    "to": lazy_gettext("Pilih rekan yang menerima."),
}
_CODES: Words = {
    "not_his": lazy_gettext(
        "Ada kasus yang sekarang bukan miliknya lagi. Mungkin sudah diserahkan atau selesai. Lihat daftarnya yang baru."
    ),
    "nothing_to_hand_over": lazy_gettext("Ia tidak punya kasus terbuka lagi di kantor ini."),
    "same_person": lazy_gettext("Kasus ini sudah miliknya. Pilih rekan lain."),
}


def mistakes(errors: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field for a reader, from the `{field, code, detail}` entries of a schema or service."""
    found = forms.mistakes(errors, _WRONG, _CODES)
    names = {"to.0.user_id": "user_id", "to.0.case_ids": "case_ids", "from_id": "from"}
    return {names.get(name, name): text for name, text in found.items()}


def in_line(one: Serving) -> str:
    """Who serves how many, in a line to choose."""
    count = ngettext("%(num)d kasus", "%(num)d kasus", one.cases)
    if one.id is None:
        return f"{_('Belum ada pekerja sosial')}: {count}"
    return f"{one.name}: {count}" if one.is_here else f"{one.name} ({_('sudah tidak bertugas di sini')}): {count}"
