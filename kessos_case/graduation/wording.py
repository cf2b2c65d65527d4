"""What the criteria and the lines of points are called, Indonesian first. Their numbers stand in the policy."""

from typing import Any

from kessos_case.graduation.rules import CriterionCode, WeightedCode

CRITERIA: dict[str, tuple[str, str]] = {
    CriterionCode.INCOME: ("Penghasilan cukup", "Enough income"),
    CriterionCode.WORK_LASTS: ("Pekerjaan atau usaha bertahan", "Work or business lasts"),
    CriterionCode.OFF_AID: ("Tidak lagi hidup dari bantuan", "No longer lives on aid"),
    CriterionCode.PLAN: ("Tujuan rencana tercapai", "Goals of the plan settled"),
    CriterionCode.FUNCTIONING: ("Keberfungsian sosial", "Social functioning"),
    CriterionCode.STABILITY: ("Tidak ada bahaya berat", "No grave danger"),
    CriterionCode.OWN_VOICE: ("Suara orangnya sendiri", "The person's own voice"),
    CriterionCode.SAFE_HOME: ("Rumah yang aman", "A safe home"),
    CriterionCode.VISITS_PASSED: ("Kunjungan berjalan baik", "Visits passed"),
    CriterionCode.SCHOOL: ("Bersekolah atau dititipkan", "School or day care attended"),
    CriterionCode.TREATMENT: ("Berobat teratur", "Treatment adhered to"),
    CriterionCode.GUARDIAN_CONSENT: ("Persetujuan wali", "The guardian's consent"),
}

LINES: dict[str, tuple[str, str]] = {
    WeightedCode.SKILLS_CERTIFICATE: ("Sertifikat keterampilan", "Skills certificate"),
    WeightedCode.SELF_EFFICACY: ("Keyakinan diri meningkat", "Self-efficacy has grown"),
    WeightedCode.SAVINGS: ("Tabungan cukup sebulan", "Savings for a month"),
    WeightedCode.INCOME_SOURCES: ("Dua sumber penghasilan", "Two sources of income"),
    WeightedCode.HEALTH_INSURANCE: ("BPJS Kesehatan aktif", "Health insurance active"),
    WeightedCode.CHILDREN_AT_SCHOOL: ("Anak bersekolah", "Children at school"),
    WeightedCode.SOCIAL_SUPPORT: ("Ada yang menolong", "Social support"),
    WeightedCode.DECILE: ("Desil kesejahteraan", "Welfare decile"),
}


def labelled(policy: dict[str, Any]) -> dict[str, Any]:
    """The policy as data (service.criteria) with a `label` for each criterion and each line."""
    return policy | {
        name: [entry | {"label": _label(words[entry["code"]])} for entry in policy[name]]
        for name, words in (("criteria", CRITERIA), ("lines", LINES))
    }


def _label(words: tuple[str, str]) -> dict[str, str]:
    return {"id": words[0], "en": words[1]}
