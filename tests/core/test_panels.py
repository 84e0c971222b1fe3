"""Panels: pages show pieces of apps that they do not know."""

from collections import defaultdict
from types import SimpleNamespace
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


def test_a_mark_is_asked_once_for_all_people_of_a_page(request_: HttpRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "_marks", defaultdict(list))
    asked = []

    def contexts(request: HttpRequest, people: Any) -> dict[int, dict[str, str]]:
        asked.append(set(people))
        return {pk: {"name": f"<{pk}>"} for pk in people if pk != 2}

    panels.register_mark("author", "{{ name }}", contexts)
    request_.user = SimpleNamespace()  # type: ignore[assignment]
    people = [SimpleNamespace(pk=pk) for pk in (1, 2, 1, 9)]
    page = SimpleNamespace(author_ids={1, 2})
    shown = '{% for one in people %}{% mark "author" one page %},{% endfor %}'
    template = engines["django"].from_string(shown)
    assert template.render({"people": people, "page": page}, request_) == "&lt;1&gt;,,&lt;1&gt;,&lt;9&gt;,"
    assert asked == [{1, 2}, {9}]
    with pytest.raises(KeyError, match="autor"):
        panels.register_mark("autor", "", contexts)
