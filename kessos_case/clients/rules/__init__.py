"""Rules about people: their numbers, their names, their age, how confidential they are. Values in, values out."""

from kessos_case.clients.rules.consents import (
    AlertKind,
    AlertSeverity,
    ConsentForm,
    ConsentPurpose,
    LegalBasis,
    alert_is_open,
    consent_holds,
)
from kessos_case.clients.rules.duplicates import ASK_FROM, SHOW_FROM, Likeness, duplicate_score
from kessos_case.clients.rules.households import (
    HouseholdRelation,
    Stay,
    StayMistake,
    born_from,
    gives_way,
    mistakes_in_stay,
    most_at_once,
)
from kessos_case.clients.rules.identity import (
    BirthDatePrecision,
    Sex,
    age_on,
    age_range_on,
    called,
    confidentiality_of,
    is_restricted,
)
from kessos_case.clients.rules.names import search_forms
from kessos_case.clients.rules.nik import (
    PROVINCES,
    NikCheck,
    NikLevel,
    check_nik,
    mask_nik,
    nik_deletions,
    normalise_kk,
    normalise_nik,
)
from kessos_case.core.phone import mask_phone, normalise_phone
from kessos_case.reference.rules import Confidentiality

__all__ = [
    "ASK_FROM",
    "PROVINCES",
    "SHOW_FROM",
    "AlertKind",
    "AlertSeverity",
    "BirthDatePrecision",
    "Confidentiality",
    "ConsentForm",
    "ConsentPurpose",
    "HouseholdRelation",
    "LegalBasis",
    "Likeness",
    "NikCheck",
    "NikLevel",
    "Sex",
    "Stay",
    "StayMistake",
    "age_on",
    "age_range_on",
    "alert_is_open",
    "born_from",
    "called",
    "check_nik",
    "confidentiality_of",
    "consent_holds",
    "duplicate_score",
    "gives_way",
    "is_restricted",
    "mask_nik",
    "mask_phone",
    "mistakes_in_stay",
    "most_at_once",
    "nik_deletions",
    "normalise_kk",
    "normalise_nik",
    "normalise_phone",
    "search_forms",
]
