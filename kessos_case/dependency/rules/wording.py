"""What reasons, help and unknown facts are called to a reader, Indonesian first. In rules, for pages, API and letters alike."""

from dataclasses import dataclass

from kessos_case.dependency.rules.facts import Fact
from kessos_case.dependency.rules.policy import WINDOW, Measure
from kessos_case.dependency.rules.scorecard import Reason


@dataclass(frozen=True)
class Words:
    """One sentence in both languages."""

    id: str
    en: str


# `value` is a whole number of the measure's unit; a share comes as per cent.
_MEASURES = {
    Measure.MONTHS_ON_60: Words("menerima bantuan {value} dari {window} bulan terakhir",
                                "received aid in {value} of the last {window} months"),
    Measure.CURRENT_SPELL_LENGTH: Words("menerima bantuan {value} bulan berturut-turut sampai sekarang",
                                        "has received aid for {value} months on end up to now"),
    Measure.RECIDIVISM_COUNT: Words("kembali menerima bantuan {value} kali setelah berhenti",
                                    "returns to aid after it had ended: {value}"),
    Measure.SHARE_BP: Words("bantuan adalah {value} % dari bantuan dan penghasilan setahun",
                            "aid is {value} % of a year's aid and income"),
}  # fmt: skip
_FACTS = {
    (Fact.WORKED_12, True): Words("bekerja dalam 12 bulan terakhir", "has worked in the last 12 months"),
    (Fact.WORKED_12, False): Words("tidak bekerja dalam 12 bulan terakhir", "has not worked in the last 12 months"),
    (Fact.COURSE_COMPLETED, True): Words("pernah menyelesaikan pelatihan", "has completed a course"),
    (Fact.COURSE_COMPLETED, False): Words("belum pernah menyelesaikan pelatihan", "has not completed a course yet"),
    (Fact.COURSE_LAST_12, True): Words("menyelesaikan pelatihan dalam 12 bulan terakhir",
                                       "has completed a course in the last 12 months"),
    (Fact.COURSE_LAST_12, False): Words("tidak menyelesaikan pelatihan dalam 12 bulan terakhir",
                                        "has not completed a course in the last 12 months"),
    (Fact.SELF_EFFICACY_LOW, True): Words("keyakinan diri di bawah batas", "self-efficacy is below the cut"),
    (Fact.SELF_EFFICACY_LOW, False): Words("keyakinan diri mencapai batas", "self-efficacy reaches the cut"),
    (Fact.SKILLS_LOW, True): Words("keterampilan di bawah batas", "skills are below the cut"),
    (Fact.SKILLS_LOW, False): Words("keterampilan mencapai batas", "skills reach the cut"),
    (Fact.ACTIVE_WORK, True): Words("sedang bekerja atau menjalankan usaha, terverifikasi",
                                    "is at work or runs a business, verified"),
    (Fact.ACTIVE_WORK, False): Words("belum ada pekerjaan atau usaha yang terverifikasi",
                                     "no verified work or business at present"),
}  # fmt: skip
_SUBJECTS = {
    Measure.MONTHS_ON_60: Words("bulan menerima bantuan", "months on aid"),
    Measure.CURRENT_SPELL_LENGTH: Words("lamanya menerima bantuan", "how long aid has lasted"),
    Measure.RECIDIVISM_COUNT: Words("berapa kali kembali menerima bantuan", "how often aid came back"),
    Measure.SHARE_BP: Words("penghasilan keluarga selama 12 bulan penuh", "the household's income in all 12 months"),
    Fact.WORKED_12: Words("pekerjaan dalam 12 bulan terakhir", "work in the last 12 months"),
    Fact.COURSE_COMPLETED: Words("pelatihan yang diselesaikan", "completed courses"),
    Fact.COURSE_LAST_12: Words("pelatihan dalam 12 bulan terakhir", "courses of the last 12 months"),
    Fact.SELF_EFFICACY_LOW: Words("keyakinan diri", "self-efficacy"),
    Fact.SKILLS_LOW: Words("keterampilan", "skills"),
    Fact.ACTIVE_WORK: Words("pekerjaan atau usaha saat ini", "present work or business"),
}


def reason_words(reason: Reason, *, observed_months: int | None = None, with_points: bool = True) -> Words:
    """A reason as a sentence: 'menerima bantuan 41 dari 60 bulan terakhir (+4)'.

    `observed_months`: where the ledger does not cover all 60, the sentence names how many it is of.
    """
    words = _FACTS[reason.code, bool(reason.value)] if isinstance(reason.code, Fact) else _MEASURES[reason.code]
    window = WINDOW if observed_months is None else observed_months
    points = f" ({reason.points:+d})" if with_points else ""
    is_share = reason.code is Measure.SHARE_BP
    return Words(
        *(
            text.format(value=_percent(reason.value, comma) if is_share else reason.value, window=window) + points
            for text, comma in ((words.id, ","), (words.en, "."))
        )
    )


def unknown_words(asked: Measure | Fact) -> Words:
    """What is not known, as a noun."""
    return _SUBJECTS[asked]


def _percent(basis_points: int, comma: str) -> str:
    """Whole per cent where it is one, else one decimal, cut off: 4,999 of 10,000 never reads as half."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}{comma}{rest // 10}" if rest // 10 else str(whole)
