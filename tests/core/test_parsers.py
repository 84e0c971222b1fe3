"""What the API reads as JSON, and what it refuses to read."""

import json
from typing import Any

import pytest
from django.conf import settings
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
SIGN_IN = "/api/auth/token"


def _body(length: int) -> str:
    """Return a JSON object of exactly `length` bytes."""
    frame = len(json.dumps({"username": "", "password": "x"}))
    return json.dumps({"username": "a" * (length - frame), "password": "x"})


def _send(body: Any) -> Any:
    return APIClient().generic("POST", SIGN_IN, body, content_type="application/json")


def test_a_body_over_the_limit_is_413_before_it_is_parsed() -> None:
    answer = _send(_body(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "too_large"


def test_a_body_at_the_limit_is_read() -> None:
    assert _send(_body(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)).status_code != 413


@pytest.mark.parametrize("body", ['{"username": NaN}', "{", b"\xff", "[" * 100_000])
def test_what_is_no_json_is_400(body: Any) -> None:
    assert _send(body).status_code == 400


def test_json_nested_too_deep_is_413() -> None:
    assert _send("[" * 30 + "]" * 30).status_code == 413
