"""What people allow, on what their data are processed, and what endangers them: words and questions over values.

Three things are kept apart: agreement to a service (cases), the legal basis of processing, and consents (UU 27/2022).
"""

from datetime import date
from enum import StrEnum


class LegalBasis(StrEnum):
    """On what a person's data are processed (UU 27/2022 art. 20)."""

    PUBLIC_TASK = "public_task"
    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal_obligation"
    VITAL_INTEREST = "vital_interest"
    LEGITIMATE_INTEREST = "legitimate_interest"


class ConsentPurpose(StrEnum):
    """For what a person may allow something. Each is asked and withdrawn by itself."""

    DISCLOSURE = "disclosure"
    EMPLOYER_CONTACT = "employer_contact"
    FAMILY_CONTACT = "family_contact"
    PHOTO = "photo"
    MENTORING = "mentoring"


class ConsentForm(StrEnum):
    """How consent was given; a guardian speaks for a child."""

    SIGNED = "signed"
    ORAL_WITNESSED = "oral_witnessed"
    GUARDIAN = "guardian"


class AlertKind(StrEnum):
    """What endangers the person or who visits."""

    VIOLENCE = "violence"
    ADDICTION_RELAPSE = "addiction_relapse"
    EVICTION = "eviction"
    SELF_HARM = "self_harm"
    SHACKLING = "shackling"
    EXPLOITATION = "exploitation"
    HEALTH = "health"
    VISITOR_SAFETY = "visitor_safety"


class AlertSeverity(StrEnum):
    """How grave it is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def consent_holds(given_on: date, expires_on: date | None, is_withdrawn: bool, day: date) -> bool:
    """Does a consent hold on the day? The day it was given and its last day both count; a withdrawn one never holds."""
    return not is_withdrawn and given_on <= day and (expires_on is None or day <= expires_on)


def alert_is_open(until_on: date | None, is_ended: bool, day: date) -> bool:
    """Is the danger still there on the day? Its last day counts."""
    return not is_ended and (until_on is None or day <= until_on)
