"""The document that programs are written against: valid, and true about the headers that routes take."""

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from kessos_case.app import create_app


@pytest.fixture(scope="module")
def document(real_servers: None) -> dict:
    """The document as it is served."""
    return create_app().test_client().get("/api/v1/openapi.json").json


def test_the_document_is_valid_openapi(document: dict):
    assert document["openapi"].startswith("3.1")
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def operations(document: dict, *verbs: str):
    return [
        (f"{verb} {path}", found[verb]) for path, found in document["paths"].items() for verb in verbs if verb in found
    ]


def test_every_operation_says_what_it_does_and_how_it_refuses(document: dict):
    for name, operation in operations(document, "get", "post", "patch", "delete"):
        assert operation.get("summary"), name
        assert "default" in operation["responses"], name


def test_every_change_asks_for_the_version(document: dict):
    for name, operation in operations(document, "patch"):
        required = {header["name"] for header in operation.get("parameters", []) if header.get("required")}
        assert "If-Match" in required, name
