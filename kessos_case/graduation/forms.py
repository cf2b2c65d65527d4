"""From the forms of the pages of graduation to what the schemas take."""

from typing import Any

from kessos_case.graduation import schemas
from kessos_case.web.forms import Form, loaded, said

ANSWERS = {"yes": True, "no": False}


def voice_from(form: Form) -> dict[str, Any]:
    """What the person answered; an answer that was not chosen is missing."""
    answer = ANSWERS.get(form.get("agrees", ""))
    stated = {"asked_on": said(form, "asked_on"), "agrees": answer, "reason": said(form, "reason")}
    return loaded(schemas.VoiceIn(), {name: value for name, value in stated.items() if value is not None})


def recommendation_from(form: Form) -> dict[str, Any]:
    """What the caseworker says."""
    return loaded(schemas.RecommendationIn(), {"note": said(form, "note")})


def signature_from(form: Form) -> dict[str, Any]:
    """What a signer says; his reason where the person does not agree."""
    return loaded(schemas.SignatureIn(), {"reason": said(form, "reason"), "note": said(form, "note")})


def deferral_from(form: Form) -> dict[str, Any]:
    """Until when, and why."""
    stated = {"until": said(form, "until"), "reason": said(form, "reason"), "note": said(form, "note")}
    return loaded(schemas.DeferralIn(), {name: value for name, value in stated.items() if value})


def withdrawal_from(form: Form) -> dict[str, Any]:
    """Why it does not hold any more."""
    stated = {"reason": said(form, "reason"), "note": said(form, "note")}
    return loaded(schemas.WithdrawalIn(), {name: value for name, value in stated.items() if value})


def co_signer_from(form: Form) -> dict[str, Any]:
    """Who of another office signs; none takes the name back."""
    return loaded(schemas.ReviewChange(), {"co_signer_id": said(form, "co_signer_id")})


def relapse_from(form: Form) -> dict[str, Any]:
    """What happened, and when."""
    stated = {"kind": said(form, "kind"), "happened_on": said(form, "happened_on")}
    return loaded(schemas.RelapseIn(exclude=("review_id",)), {name: value for name, value in stated.items() if value})
