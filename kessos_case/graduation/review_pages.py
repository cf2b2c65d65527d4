"""Pages of one review: where it stands, and each step of the gate for whoever may take it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from kessos_case.core.db import Session
from kessos_case.core.errors import Conflict, Forbidden, Invalid, RuleBroken
from kessos_case.graduation import forms, ladder_wording, ladder_words, page_wording, service
from kessos_case.graduation.ladder_wording import Places
from kessos_case.graduation.pages import places_of
from kessos_case.web.errors import status_of
from kessos_case.web.forms import Form, changed, check_seen
from kessos_case.web.once import once, word_of
from kessos_case.web.pages import page_door, see_other

blp = Blueprint("graduation_review_pages", __name__, url_prefix="/graduation/reviews")


@blp.get("/<uuid:review_id>")
@page_door("graduation", "read")
def one(session: Session, review_id: UUID) -> str:
    """One review: where it stands, what it stands on, who signed, and what the reader can do now."""
    return _one(session, review_id, Form(), {})


@blp.post("/<uuid:review_id>/recommendation")
@page_door("graduation", "recommend")
def recommend(session: Session, review_id: UUID) -> Response:
    """The caseworker recommends."""
    return _step(session, review_id, "recommendation", service.recommend, forms.recommendation_from)


@blp.post("/<uuid:review_id>/provisional")
@page_door("graduation", "decide")
def give_provisional(session: Session, review_id: UUID) -> Response:
    """A supervisor who did not recommend gives the provisional verdict."""
    return _step(session, review_id, "provisional", service.give_provisional, forms.signature_from)


@blp.post("/<uuid:review_id>/confirmation")
@page_door("graduation", "confirm")
def confirm(session: Session, review_id: UUID) -> Response:
    """One of two signatures after aftercare."""
    return _step(session, review_id, "confirmation", service.confirm, forms.signature_from)


@blp.post("/<uuid:review_id>/deferral")
@page_door("graduation", "decide")
def defer(session: Session, review_id: UUID) -> Response:
    """Not now."""
    return _step(session, review_id, "deferral", service.defer, forms.deferral_from)


@blp.post("/<uuid:review_id>/withdrawal")
@page_door("graduation", "decide")
def withdraw(session: Session, review_id: UUID) -> Response:
    """It does not hold any more."""
    return _step(session, review_id, "withdrawal", service.withdraw, forms.withdrawal_from)


@blp.post("/<uuid:review_id>/co_signer")
@page_door("graduation", "decide")
def name_co_signer(session: Session, review_id: UUID) -> Response:
    """Name who of another office gives the second signature."""
    return _step(session, review_id, "co_signer", _name, forms.co_signer_from)


@blp.post("/<uuid:review_id>/relapses")
@page_door("graduation", "record")
def record_relapse(session: Session, review_id: UUID) -> Response:
    """Write down that the person needs help again."""
    return _step(session, review_id, "relapse", _relapse, forms.relapse_from)


def _name(session: Session, review_id: UUID, **changes: Any) -> Any:
    return service.change_review(session, service.review_for(session, review_id, lock=True), changes)


def _relapse(session: Session, review_id: UUID, **stated: Any) -> Any:
    return service.record_relapse(session, review_id=review_id, **stated)[0]


def _step(
    session: Session, review_id: UUID, step: str, do: Callable[..., Any], read: Callable[[Form], dict[str, Any]]
) -> Response:
    """Take one step once; what stands in its way comes back in words with all that was typed."""
    form = request.form

    def seen_and_done() -> UUID:
        stated = read(form)
        check_seen(form, service.review_for(session, review_id, lock=True).version)
        done: UUID = do(session, review_id, **stated).id
        return done

    try:
        once(session, form, seen_and_done)
    except (Invalid, RuleBroken) as error:
        errors = page_wording.mistakes(entry for entry in error.errors if entry.get("field"))
        lacks = [entry for entry in error.errors if not entry.get("field")]
        return make_response(_one(session, review_id, form, errors, lacks), status_of(error))
    except Forbidden as error:
        if error.code != "wrong_actor":
            raise
        return make_response(_one(session, review_id, form, {"": str(page_wording.BARRED["wrong_actor"])}), 403)
    except Conflict:
        return make_response(_one(session, review_id, form, {"": changed()}), 409)
    return see_other(f"/graduation/reviews/{review_id}?notice={step}")


def _one(
    session: Session, review_id: UUID, form: Form, errors: dict[str, str], lacks: list[dict[str, Any]] | None = None
) -> str:
    view = service.review_view(session, review_id)
    places = places_of(view)
    return render_template(
        "graduation/review.html",
        view=view,
        card=view.card,
        rungs=ladder_wording.ladder(view.verdict, places),
        points=ladder_wording.points(view.verdict, places),
        steps=[{"step": step["step"], "lacks": _lines(step["missing"], places)} for step in view.steps],
        lacks=_lines(lacks or [], places),
        form=form,
        errors=errors,
        once=word_of(form),
        notice=page_wording.NOTICES.get(request.args.get("notice", "")),
        words=page_wording,
        ladder_words=ladder_wording,
    )


def _lines(missing: list[dict[str, Any]], places: Places) -> list[ladder_wording.Line]:
    """What is missing for a step: criteria with the way to their rung, the rest as why not."""
    return [
        ladder_wording.lacking(entry, places)
        if entry["code"] in ladder_words.LACKS
        else ladder_wording.Line(page_wording.barred(entry))
        for entry in missing
    ]
