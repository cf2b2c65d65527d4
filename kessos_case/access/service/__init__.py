"""Verbs of access, one file a family; other features enter here."""

from kessos_case.access.limits import count_guess, refuse_guessing
from kessos_case.access.queries import desk_of
from kessos_case.access.service.audit import record, record_each, seal, verify
from kessos_case.access.service.directory import colleagues_at, names_of, offices_near
from kessos_case.access.service.filters import OwnFilters, forget_filter, own_filters, save_filter
from kessos_case.access.service.people import (
    add_grant,
    add_organisation,
    add_user,
    change_organisation,
    change_user,
    end_grant,
    grant_for,
    load_upts,
    organisation_for,
    organisation_named,
    reset_password,
    sync_permissions,
    user_for,
    user_named,
)
from kessos_case.access.service.repeats import claim_key, forget_old_keys, keep_key
from kessos_case.access.service.signin import SignedIn, enrol_second_factor, sign_in, sign_out

__all__ = [
    "OwnFilters",
    "SignedIn",
    "add_grant",
    "add_organisation",
    "add_user",
    "change_organisation",
    "change_user",
    "claim_key",
    "colleagues_at",
    "count_guess",
    "desk_of",
    "end_grant",
    "enrol_second_factor",
    "forget_filter",
    "forget_old_keys",
    "grant_for",
    "keep_key",
    "load_upts",
    "names_of",
    "offices_near",
    "organisation_for",
    "organisation_named",
    "own_filters",
    "record",
    "record_each",
    "refuse_guessing",
    "reset_password",
    "save_filter",
    "seal",
    "sign_in",
    "sign_out",
    "sync_permissions",
    "user_for",
    "user_named",
    "verify",
]
