"""The OpenAPI document is the truth: complete, without warnings, and held against the running code."""

import json

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    GENERATOR_STATS.reset()
    with GENERATOR_STATS.silence():
        document = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS, str(GENERATOR_STATS._warn_cache | GENERATOR_STATS._error_cache)
    return document


def test_schema_is_openapi_3_1_and_valid(document: dict[str, object]) -> None:
    assert str(document["openapi"]).startswith("3.1")
    validate_schema(document)


def test_schema_is_served_as_json_to_everyone(db: None) -> None:
    response = Client().get("/api/schema")
    assert response.status_code == 200
    assert (
        response["Content-Type"].startswith("application/vnd.oai.openapi+json")
        or "json" in response["Content-Type"]
    )
    assert json.loads(response.content)["info"]["version"] == "1.0.0"


def test_every_operation_says_what_it_does_and_how_it_fails(document: dict[str, object]) -> None:
    paths = document["paths"]
    assert isinstance(paths, dict)
    for path, operations in paths.items():
        assert not path.endswith("/"), path
        for method, operation in operations.items():
            assert operation.get("description") or operation.get("summary"), f"{method} {path}"
            assert "404" in operation["responses"], f"{method} {path}"


def test_docs_page_answers_without_foreign_hosts(db: None) -> None:
    response = Client().get("/api/docs")
    assert response.status_code == 200
    assert b"https://cdn" not in response.content
    assert b"unpkg" not in response.content


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/forum/categories/", "/api/courses/"])
@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_unknown_paths_and_trailing_slashes_are_problem_404(db: None, path: str, method: str) -> None:
    response = getattr(Client(), method)(path)
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "not_found"
