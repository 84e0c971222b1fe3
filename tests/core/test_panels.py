"""Panels: pages show pieces of apps that they do not know."""

from collections import defaultdict
from typing import Any

import pytest
from django.http import HttpRequest
from django.template import engines
from django.test import RequestFactory

from community_platform.core import panels


@pytest.fixture
def request_(rf: RequestFactory) -> HttpRequest:
    return rf.get("/")


@pytest.fixture(autouse=True)
def _own_panels(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(panels, "_panels", defaultdict(list))

    def render(template: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        return engines["django"].from_string(template).render(context, request)

    monkeypatch.setattr(panels, "render_to_string", render)


def test_panels_stand_in_their_order(request_: HttpRequest) -> None:
    panels.register("profile.main", "b", lambda request, subject: {}, order=20)
    panels.register("profile.main", "a", lambda request, subject: {}, order=10)
    panels.register("profile.aside", "c", lambda request, subject: {})
    assert panels.render("profile.main", request_) == "ab"


def test_a_panel_gets_the_subject_and_escapes_it(request_: HttpRequest) -> None:
    panels.register("profile.main", "{{ subject }}/{{ name }}", lambda request, subject: {"name": subject})
    assert panels.render("profile.main", request_, "<b>") == "&lt;b&gt;/&lt;b&gt;"


def test_a_panel_with_nothing_to_say_is_absent(request_: HttpRequest) -> None:
    panels.register("profile.main", "a", lambda request, subject: None)
    assert panels.render("profile.main", request_) == ""


def test_an_unknown_slot_is_an_error_at_once(request_: HttpRequest) -> None:
    with pytest.raises(KeyError, match=r"profile\.mian"):
        panels.register("profile.mian", "a", lambda request, subject: {})
    with pytest.raises(KeyError, match=r"profile\.mian"):
        panels.render("profile.mian", request_)
