"""Organisations, users and their grants: administrators' verbs, and what migrations load."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from kessos_case.access.models import Organisation, PermissionLine, RoleGrant, Token, User
from kessos_case.access.rules import (
    LEAST_PASSWORD,
    PERMISSIONS,
    Role,
    clashing_roles,
    grant_scope_error,
    password_weakness,
)
from kessos_case.access.service.audit import record
from kessos_case.access.service.signin import hasher
from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Invalid, NotFound, RuleBroken, field_error
from kessos_case.core.ids import new_id
from kessos_case.core.policies import policy
from kessos_case.reference.service import Upt, region_exists

Changed = TypeVar("Changed", User, Organisation)


def organisation_for(session: Session, organisation_id: UUID) -> Organisation:
    """One organisation. Raises NotFound."""
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound("There is no such organisation.")
    return found


def organisation_named(session: Session, code: str) -> Organisation:
    """The organisation with this code. Raises NotFound."""
    found = session.scalar(sa.select(Organisation).where(Organisation.code == code))
    if found is None:
        raise NotFound(f"There is no organisation {code}.")
    return found


def add_organisation(
    session: Session, *, kind: str, code: str, name: str, region_code: str | None = None
) -> Organisation:
    """Add an organisation. Raises Invalid for an unknown region, Conflict when the code is taken."""
    _known_region(session, region_code)
    if session.scalar(sa.select(sa.exists(sa.select(Organisation.id).where(Organisation.code == code)))):
        raise Conflict("Another organisation has this code.", errors=[field_error("code", "taken", "Choose another.")])
    made = Organisation(id=new_id(), kind=kind, code=code, name=name, region_code=region_code, is_active=True)
    session.add(made)
    session.flush()
    record(session, "create", "organisation", made.id)
    return made


def change_organisation(session: Session, organisation: Organisation, changes: dict[str, Any]) -> Organisation:
    """Change name, region or activity. Raises Invalid for an unknown region."""
    _known_region(session, changes.get("region_code"))
    return _apply(session, organisation, changes, "organisation")


def user_for(session: Session, user_id: UUID) -> User:
    """One user. Raises NotFound."""
    found = session.get(User, user_id)
    if found is None:
        raise NotFound("There is no such user.")
    return found


def user_named(session: Session, username: str) -> User:
    """The user with this name. Raises NotFound."""
    found = session.scalar(sa.select(User).where(User.username == username.strip().lower()))
    if found is None:
        raise NotFound(f"There is no user {username}.")
    return found


def add_user(
    session: Session, *, username: str, name: str, password: str, organisation_id: UUID, email: str | None = None
) -> User:
    """Add a user without any role. Raises Invalid for a weak password, Conflict when the name is taken."""
    username = username.strip().lower()
    _good_password(password, username)
    _known_organisation(session, organisation_id)
    if session.scalar(sa.select(sa.exists(sa.select(User.id).where(User.username == username)))):
        raise Conflict("This user name is taken.", errors=[field_error("username", "taken", "Choose another.")])
    made = User(
        id=new_id(),
        username=username,
        name=name,
        email=email,
        password_hash=hasher().hash(password),
        organisation_id=organisation_id,
        is_active=True,
        created_at=session.now,
    )
    session.add(made)
    session.flush()
    session.refresh(made)
    record(session, "create", "user", made.id)
    return made


def change_user(session: Session, user: User, changes: dict[str, Any]) -> User:
    """Change a user; one who is no longer active loses every sign-in at once."""
    _known_organisation(session, changes.get("organisation_id"))
    changed = _apply(session, user, changes, "user")
    if not user.is_active:
        _end_sign_ins(session, user)
    return changed


def reset_password(session: Session, user: User, password: str) -> None:
    """Set a new password and end every sign-in of the user. Raises Invalid for a weak one."""
    _good_password(password, user.username)
    user.password_hash = hasher().hash(password)
    _end_sign_ins(session, user)
    record(session, "reset_password", "user", user.id)


def add_grant(
    session: Session,
    user: User,
    *,
    role: str,
    organisation_id: UUID | None = None,
    region_code: str | None = None,
    valid_until: datetime | None = None,
) -> RoleGrant:
    """Give a role within a scope until a date.

    Raises Invalid when role and scope do not fit, RuleBroken when the user holds a role that clashes with it.
    """
    if wrong := grant_scope_error(Role(role), organisation_id is not None, region_code is not None):
        raise Invalid(
            "Role and scope do not fit.", errors=[field_error("role", wrong, f"A {role} needs another scope.")]
        )
    _known_region(session, region_code)
    _known_organisation(session, organisation_id)
    held = frozenset(grant.role for grant in user.grants if holds(grant, session.now)) | {role}
    if clash := clashing_roles(held):
        pairs = [" and ".join(sorted(pair)) for pair in clash]
        raise RuleBroken("One person may not hold both.", errors=[{"code": "roles_clash", "detail": p} for p in pairs])
    made = RoleGrant(
        id=new_id(),
        user_id=user.id,
        role=role,
        organisation_id=organisation_id,
        region_code=region_code,
        valid_until=valid_until,
        granted_at=session.now,
        granted_by=session.actor.user_id,
    )
    session.add(made)
    session.flush()
    session.refresh(user)
    record(session, "create", "grant", made.id, role=role)
    return made


def end_grant(session: Session, user: User, grant_id: UUID) -> RoleGrant:
    """End a grant now; the row stays. Raises NotFound when the user has no such grant."""
    found = next((grant for grant in user.grants if grant.id == grant_id), None)
    if found is None:
        raise NotFound("The user has no such grant.")
    if holds(found, session.now):
        found.valid_until = session.now
        record(session, "end", "grant", found.id, role=found.role)
    return found


def grant_for(session: Session, grant_id: UUID) -> RoleGrant:
    """One grant. Raises NotFound."""
    found = session.get(RoleGrant, grant_id)
    if found is None:
        raise NotFound("There is no such grant.")
    return found


def holds(grant: RoleGrant, moment: datetime) -> bool:
    """Is the grant in force at this instant?"""
    return grant.valid_until is None or grant.valid_until > moment


def load_upts(session: Session, upts: Iterable[Upt]) -> int:
    """Add the UPTs and the social offices that are not there yet; returns how many were added."""
    rows = [
        {"kind": kind, "code": code, "name": name, "region_code": region}
        for kind, code, name, region in [
            *(("upt", upt.code, upt.name, upt.region_code or None) for upt in upts),
            *_offices(session),
        ]
    ]
    known = set(session.scalars(sa.select(Organisation.code)))
    fresh = [{"id": new_id(), "is_active": True, "version": 1} | row for row in rows if row["code"] not in known]
    if fresh:
        session.execute(sa.insert(Organisation), fresh)
    return len(fresh)


def sync_permissions(session: Session) -> None:
    """Make the database's copy of the permission table equal to access/rules.py."""
    wanted = [vars(line) for line in PERMISSIONS]
    session.execute(sa.delete(PermissionLine))
    session.execute(postgresql.insert(PermissionLine), wanted)


def _offices(session: Session) -> list[tuple[str, str, str, str]]:
    """The Dinsos of the province and of its 38 regencies: each place has a desk from the first day."""
    found = session.execute(
        sa.text("select code, name from regions where level in ('provinsi', 'kabupaten', 'kota') order by code")
    )
    return [("dinsos", f"DINSOS-{code}", f"Dinas Sosial {name}", code) for code, name in found]


def _known_region(session: Session, code: str | None) -> None:
    if code is not None and not region_exists(session, code):
        raise Invalid("Unknown region.", errors=[field_error("region_code", "not_found", "There is no such region.")])


def _known_organisation(session: Session, organisation_id: UUID | None) -> None:
    if organisation_id is not None and session.get(Organisation, organisation_id) is None:
        wrong = field_error("organisation_id", "not_found", "There is no such organisation.")
        raise Invalid("Unknown organisation.", errors=[wrong])


def _good_password(password: str, username: str) -> None:
    if password_weakness(password, username, frozenset(policy("passwords").content["common"])):
        detail = f"At least {LEAST_PASSWORD} characters, without the user name, and not a common word with digits."
        raise Invalid("The password is too weak.", errors=[field_error("password", "too_weak", detail)])


def _end_sign_ins(session: Session, user: User) -> None:
    session.execute(
        sa.update(Token).where(Token.user_id == user.id, Token.revoked_at.is_(None)).values(revoked_at=session.now)
    )


def _apply(session: Session, thing: Changed, changes: dict[str, Any], resource: str) -> Changed:
    for name, value in changes.items():
        setattr(thing, name, value)
    session.flush()
    session.refresh(thing)
    record(session, "change", resource, thing.id, fields=sorted(changes))
    return thing
