"""The OpenAPI document and the page that shows it offline; flask-smorest with errors as problem+json."""

import http
from typing import Any

from flask import Blueprint, Flask, Response, abort, render_template
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from flask_smorest.fields import Upload
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from kessos_case.web import errors

docs = Blueprint("docs", __name__, url_prefix="/api")


class Problem(Schema):
    """RFC 9457 problem details, the form of every error."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "Stable; programs branch on it"})
    detail = fields.String(required=True)
    errors = fields.List(fields.Dict(), required=True)
    request_id = fields.String(required=True)
    candidates = fields.List(
        fields.Dict(),
        metadata={"description": "409 `possible_duplicates`: `ref`, `score`, `reasons`, `held_by`; `id` and `name` where "
                  "you reach the person"},
    )  # fmt: skip


# Headers that routes take, for `@blp.doc(parameters=[...])`.
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The version that was read and is changed",
    "schema": {"type": "string", "pattern": '^(W/)?"?[0-9]{1,9}"?$', "examples": ['"1"']},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key with the same body gives the same resource again, for 30 days",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]([ -~]*[!-~])?$"},
}


class StrictParser(FlaskParser):
    """Unknown names in a query or form are an error too: a filter that is silently ignored shows too much."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE, "files": RAISE}

    def load_json(self, req: Any, schema: Schema) -> Any:
        """The body. One that is nested deeper than the program can read is the caller's mistake, and no crash of ours."""
        try:
            return super().load_json(req, schema)
        except RecursionError:
            abort(400, "The JSON is nested too deeply.")

    def load_files(self, req: Any, schema: Schema) -> Any:
        """The files of a form, and beside them only the fields that the schema names."""
        wrong = {name: ["Unknown field."] for name in req.form if name not in schema.fields}
        wrong |= {name: ["Not a file."] for name in req.form if isinstance(schema.fields.get(name), Upload)}
        if wrong:
            raise ValidationError(wrong)
        return MultiDictProxy(CombinedMultiDict([req.files, req.form]), schema)


class ApiBlueprint(SmorestBlueprint):
    """The blueprint of every feature's JSON endpoints."""

    ARGUMENTS_PARSER = StrictParser()

    def arguments(self, schema: Any, *, location: str = "json", **options: Any) -> Any:
        """As flask-smorest's; a body that need hold nothing need not be sent, and the document says so."""
        if location == "json":
            wanted = schema() if isinstance(schema, type) else schema
            options.setdefault("required", any(field.required for field in wanted.fields.values()))
        return super().arguments(schema, location=location, **options)


class KessosApi(Api):
    """flask-smorest's Api with our error form in the document and in the answers."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = "PROBLEM"

    def _register_responses(self) -> None:
        # The built-in ones are documented as application/json, which a strict client would refuse.
        content = {"application/problem+json": {"schema": Problem}}
        response = self.spec.components.response
        response("PROBLEM", {"description": "Refused", "content": content}, lazy=True)
        for status in http.HTTPStatus:
            described: dict[str, Any] = {"description": status.phrase}
            if status.value >= 400:
                described["content"] = content
            response(status.name, described, lazy=True)

    def handle_http_exception(self, error: Any) -> Response:
        return errors.from_http(error)


def create_api(app: Flask) -> KessosApi:
    """Attach the API to the app and describe how a caller says who he is."""
    app.config.update(
        API_TITLE="kessos-case",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        PROPAGATE_EXCEPTIONS=False,
    )
    api = KessosApi(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    api.spec.options["security"] = [{"bearer": []}]
    app.register_blueprint(docs)
    return api


@docs.get("/docs")
def docs_page() -> str:
    """The document as a page, without anything from outside."""
    return render_template("docs.html")
