"""What cases takes and answers over HTTP, without assessments and plans. Names of fields are a contract (spec api.md)."""

from collections.abc import Iterable

import marshmallow as ma
from marshmallow import fields, validate

from kessos_case.cases.rules import (
    AgreementForm,
    HomeEndReason,
    HomeKind,
    LawfulGround,
    Pathway,
    SpmLevel,
    SpmType,
    Stage,
    TransferAnswerReason,
    TransferState,
    VisitKind,
    VisitOutcome,
)
from kessos_case.web.fields import Day, Text, Truth, region_code
from kessos_case.web.lists import ListArgs


def one_of(words: Iterable[str]) -> validate.OneOf:
    """A field that takes one of an enum's words."""
    return validate.OneOf([str(word) for word in words])


class CaseArgs(ListArgs):
    stage = fields.String(load_default=None, validate=one_of(Stage))
    pathway = fields.String(load_default=None, validate=one_of(Pathway))
    caseworker_id = fields.UUID(load_default=None)
    client_id = fields.UUID(load_default=None)
    mine = fields.Boolean(load_default=False)
    unassigned = fields.Boolean(load_default=False)
    open = fields.Boolean(
        load_default=None, allow_none=True, metadata={"description": "true: have not ended; false: have ended"}
    )
    paused = fields.Boolean(load_default=None, allow_none=True)


class CasePersonOut(ma.Schema):
    id = fields.UUID(required=True)
    label = fields.String(required=True, metadata={"description": "What to call the person on a page"})
    is_masked = fields.Boolean(required=True)
    confidentiality = fields.String(
        required=True, allow_none=True, metadata={"description": "None where the office reaches the person no more"}
    )
    died_on = fields.Date(required=True, allow_none=True)


class ListedCaseOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    client = fields.Nested(CasePersonOut, required=True)
    client_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)
    category = fields.String(required=True)
    pathway = fields.String(required=True)
    stage = fields.String(required=True)
    stage_since = fields.AwareDateTime(required=True)
    days_in_stage = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Days of the office's calendar, without pauses; none when the case has ended"},
    )
    caseworker_id = fields.UUID(required=True, allow_none=True)
    opened_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    close_reason = fields.String(required=True, allow_none=True)
    is_paused = fields.Boolean(required=True)
    paused_from = fields.Date(required=True, allow_none=True)
    paused_until = fields.Date(required=True, allow_none=True)
    next_due_at = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "The earliest open task of the office about the person"},
    )


class HeldAgreementOut(ma.Schema):
    id = fields.UUID(required=True)
    form = fields.String(required=True, allow_none=True)
    lawful_ground = fields.String(required=True, allow_none=True)
    given_on = fields.Date(required=True)


class CaseOut(ListedCaseOut):
    referral_id = fields.UUID(required=True, allow_none=True)
    previous_case_id = fields.UUID(required=True, allow_none=True)
    successor_organisation_id = fields.UUID(required=True, allow_none=True)
    spm_type = fields.String(required=True, allow_none=True)
    spm_level = fields.String(required=True, allow_none=True)
    recommending_organisation_id = fields.UUID(required=True, allow_none=True)
    agreement = fields.Nested(
        HeldAgreementOut, required=True, allow_none=True, metadata={"description": "The newest, which holds"}
    )
    transitions = fields.Integer(required=True, metadata={"description": "How many moves it has behind it"})


class CaseChange(ma.Schema):
    caseworker_id = fields.UUID(allow_none=True, metadata={"description": "A caseworker of the office; none: the desk"})
    spm_type = fields.String(allow_none=True, validate=one_of(SpmType))
    spm_level = fields.String(allow_none=True, validate=one_of(SpmLevel))
    recommending_organisation_id = fields.UUID(allow_none=True, metadata={"description": "A Dinsos"})


class ReceiverIn(ma.Schema):
    user_id = fields.UUID(required=True, metadata={"description": "A caseworker of the office"})
    case_ids = fields.List(
        fields.UUID(),
        allow_none=True,
        load_default=None,
        validate=validate.Length(1, 500),
        metadata={"description": "Which cases he is given; none: all that are named for nobody"},
    )


class HandOverIn(ma.Schema):
    from_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Whose cases; none: those of nobody"}
    )
    to = fields.List(fields.Nested(ReceiverIn), required=True, validate=validate.Length(1, 50))


class PassedOnOut(ma.Schema):
    user_id = fields.UUID(required=True)
    cases = fields.Integer(required=True)


class HandOverOut(ma.Schema):
    organisation_id = fields.UUID(required=True)
    from_id = fields.UUID(required=True, allow_none=True)
    to = fields.List(fields.Nested(PassedOnOut), required=True)


class ServingOut(ma.Schema):
    id = fields.UUID(required=True, allow_none=True, metadata={"description": "None: the cases of nobody"})
    name = fields.String(required=True)
    is_here = fields.Boolean(required=True, metadata={"description": "Is he a caseworker of the office now?"})
    cases = fields.Integer(required=True)


class WhoServesOut(ma.Schema):
    items = fields.List(fields.Nested(ServingOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class CaseMoveOut(ma.Schema):
    id = fields.UUID(required=True)
    verb = fields.String(required=True)
    from_stage = fields.String(required=True, allow_none=True)
    to_stage = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    detail = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Codes and ids"})
    happened_at = fields.AwareDateTime(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    user_id = fields.UUID(required=True, allow_none=True)
    organisation_id = fields.UUID(required=True, allow_none=True)


class CaseHistoryOut(ma.Schema):
    items = fields.List(fields.Nested(CaseMoveOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class ServiceAgreementIn(ma.Schema):
    form = fields.String(allow_none=True, load_default=None, validate=one_of(AgreementForm))
    lawful_ground = fields.String(
        allow_none=True,
        load_default=None,
        validate=one_of(LawfulGround),
        metadata={"description": "Why service begins without an agreement; needs a reason"},
    )
    reason = Text(2000, lines=True, allow_none=True, load_default=None)
    given_on = Day(required=True)


class ServiceAgreementOut(ma.Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    form = fields.String(required=True, allow_none=True)
    lawful_ground = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    given_on = fields.Date(required=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)


class ServiceAgreementsOut(ma.Schema):
    items = fields.List(fields.Nested(ServiceAgreementOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class VisitIn(ma.Schema):
    kind = fields.String(required=True, validate=one_of(VisitKind))
    on = Day(required=True)
    was_met = Truth(required=True)
    outcome = fields.String(allow_none=True, load_default=None, validate=one_of(VisitOutcome))
    case_id = fields.UUID(allow_none=True, load_default=None)
    aftercare_month = fields.Integer(
        strict=True,
        allow_none=True,
        load_default=None,
        validate=validate.Range(1, 60),
        metadata={"description": "Which visit of aftercare this is; meeting the person settles its task"},
    )
    attends_school = Truth(allow_none=True, load_default=None)
    follows_treatment = Truth(allow_none=True, load_default=None)
    is_on_street = Truth(allow_none=True, load_default=None)
    note = Text(4000, lines=True, allow_none=True, load_default=None)


class VisitOut(ma.Schema):
    id = fields.UUID(required=True)
    client_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True, allow_none=True)
    kind = fields.String(required=True)
    on = fields.Date(required=True)
    was_met = fields.Boolean(required=True)
    outcome = fields.String(required=True, allow_none=True)
    aftercare_month = fields.Integer(required=True, allow_none=True)
    attends_school = fields.Boolean(required=True, allow_none=True)
    follows_treatment = fields.Boolean(required=True, allow_none=True)
    is_on_street = fields.Boolean(required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True)


class ReunificationIn(ma.Schema):
    kind = fields.String(required=True, validate=one_of(HomeKind))
    home = Text(2000, lines=True, required=True, metadata={"description": "Who they are, in words; sealed"})
    region_code = region_code(required=True)
    assessed_on = Day(required=True)
    is_safe = Truth(required=True)
    guardian_consent_on = Day(allow_none=True, load_default=None)


class ReunificationStart(ma.Schema):
    starts_on = Day(required=True)


class ReunificationVerification(ma.Schema):
    on = Day(required=True)


class ReunificationEnding(ma.Schema):
    on = Day(required=True)
    reason = fields.String(required=True, validate=one_of(HomeEndReason))


class ReunificationOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    case_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    home = fields.String(required=True, allow_none=True)
    region_code = fields.String(required=True)
    assessed_on = fields.Date(required=True)
    is_safe = fields.Boolean(required=True)
    guardian_consent_on = fields.Date(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    verified_on = fields.Date(required=True, allow_none=True)
    verified_by = fields.UUID(required=True, allow_none=True)
    ended_on = fields.Date(required=True, allow_none=True)
    end_reason = fields.String(required=True, allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.UUID(required=True)


class ReunificationsOut(ma.Schema):
    items = fields.List(fields.Nested(ReunificationOut), required=True)
    next_cursor = fields.String(required=True, allow_none=True)


class TransferArgs(ListArgs):
    direction = fields.String(
        load_default=None,
        validate=validate.OneOf(["in", "out"]),
        metadata={"description": "Offered to the own office, or by it"},
    )
    state = fields.String(load_default=None, validate=one_of(TransferState))


class TransferSnapshotOut(ma.Schema):
    stage = fields.String(required=True)
    pathway = fields.String(required=True)
    category = fields.String(required=True)
    age_from = fields.Integer(required=True, allow_none=True)
    age_to = fields.Integer(required=True, allow_none=True)
    sex = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)


class TransferOut(ma.Schema):
    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    direction = fields.String(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True)
    from_organisation_id = fields.UUID(required=True)
    to_organisation_id = fields.UUID(required=True)
    case_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "None for the UPT that has not accepted"}
    )
    client_id = fields.UUID(required=True, allow_none=True)
    new_case_id = fields.UUID(required=True, allow_none=True)
    snapshot = fields.Nested(
        TransferSnapshotOut, required=True, allow_none=True, metadata={"description": "None after erasure"}
    )
    offered_at = fields.AwareDateTime(required=True)
    due_at = fields.AwareDateTime(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    answer_reason = fields.String(required=True, allow_none=True)


class TransferDecline(ma.Schema):
    reason = fields.String(required=True, validate=one_of(TransferAnswerReason))
