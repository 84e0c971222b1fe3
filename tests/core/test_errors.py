"""One refusal, two doors: what a DomainError becomes as a page, as a form error and as problem details."""

import json
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation
from rest_framework import exceptions

from community_platform.core import errorpages, errors
from community_platform.core.api.errors import problem_handler
from community_platform.core.errors import DomainError, Invalid
from community_platform.core.html import errors_to, kept_draft, render_form, sign_in_first
from community_platform.core.middleware import domain_errors, reject_nul
from profiles.models import User

KINDS = [
    (errors.Invalid, 400), (errors.NotSignedIn, 401), (errors.NotAllowed, 403), (errors.NotFound, 404),
    (errors.Gone, 410),
    (errors.Conflict, 409), (errors.Stale, 412), (errors.TooLarge, 413), (errors.WrongType, 415),
    (errors.Unprocessable, 422), (errors.TooFast, 429), (errors.ReadOnlyMode, 503),
]  # fmt: skip
MEMBERS = {"type", "title", "status", "detail", "code", "errors"}


@pytest.mark.parametrize(("kind", "status"), KINDS)
def test_every_refusal_has_a_status_a_code_and_a_sentence(kind: type[DomainError], status: int) -> None:
    error = kind()
    assert error.status == status
    assert error.code
    assert error.message


def test_every_refusal_is_in_this_table() -> None:
    assert set(DomainError.__subclasses__()) == {kind for kind, _ in KINDS}


@pytest.mark.parametrize(("kind", "status"), KINDS)
def test_the_api_tells_a_refusal_as_problem_details(kind: type[DomainError], status: int) -> None:
    response = problem_handler(kind("Because.", code="why", retry_after=7), {})
    assert response is not None
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert set(response.data) == MEMBERS
    assert (response.data["status"], response.data["detail"], response.data["code"]) == (
        status,
        "Because.",
        "why",
    )
    assert response.data["title"] == errorpages.TITLES[status]
    assert response["Retry-After"] == "7"
    assert ("WWW-Authenticate" in response) == (status == 401)


def test_the_api_names_the_field() -> None:
    response = problem_handler(Invalid("Too long.", code="max_length", field="title"), {})
    assert response is not None
    assert response.data["code"] == "invalid"
    assert response.data["errors"] == [{"field": "title", "code": "max_length", "detail": "Too long."}]


def test_the_api_names_every_field() -> None:
    response = problem_handler(Invalid("Two.", fields={"username": "Taken.", "email": "Taken, too."}), {})
    assert response is not None
    assert [entry["field"] for entry in response.data["errors"]] == ["username", "email"]


@pytest.mark.parametrize(
    ("exception", "status"),
    [
        (Http404(), 404), (PermissionDenied(), 403), (RequestDataTooBig(), 413), (IntegrityError("duplicate"), 409),
        (exceptions.NotAuthenticated(), 401), (exceptions.MethodNotAllowed("PUT"), 405),
        (exceptions.NotAcceptable(), 406), (exceptions.UnsupportedMediaType("text/html"), 415),
        (exceptions.ParseError(), 400), (exceptions.Throttled(3), 429),
    ],
)  # fmt: skip
def test_foreign_exceptions_become_problem_details_as_well(exception: Exception, status: int) -> None:
    response = problem_handler(exception, {})
    assert response is not None
    assert response.status_code == response.data["status"] == status
    assert set(response.data) == MEMBERS


def test_nested_input_is_named_by_its_path() -> None:
    error = exceptions.ValidationError(
        {"answers": [{}, {"question": ["Required."]}], "non_field_errors": ["Odd."]}
    )
    response = problem_handler(error, {})
    assert response is not None
    assert {(entry["field"], entry["detail"]) for entry in response.data["errors"]} == {
        ("answers.1.question", "Required."),
        (None, "Odd."),
    }


def test_an_unknown_exception_is_left_to_the_500_handler() -> None:
    assert problem_handler(RuntimeError("bug"), {}) is None


def test_the_sentence_is_in_the_language_of_the_reader() -> None:
    with translation.override("en"):
        assert errors.NotAllowed().message == "You may not do this."


class _Form(forms.Form):
    title = forms.CharField()


def test_a_form_shows_the_refusal_at_its_field_and_keeps_the_text() -> None:
    form = _Form({"title": "kept"})
    with errors_to(form):
        raise Invalid("Too plain.", field="title")
    assert form.errors == {"title": ["Too plain."]}
    assert form["title"].value() == "kept"


def test_a_refusal_of_an_unknown_field_stands_above_the_form() -> None:
    form = _Form({"title": "kept"})
    with errors_to(form):
        raise errors.Conflict("This topic is locked.")
    assert form.non_field_errors() == ["This topic is locked."]


def test_a_form_sent_too_fast_is_429_and_says_how_long_to_wait(rf: RequestFactory) -> None:
    form = _Form({"title": "kept"})
    with errors_to(form):
        raise errors.TooFast(retry_after=7)
    answer = render_form(rf.post("/"), "components/_preview.html", {"html": "shown"}, form)
    assert (answer.status_code, answer["Retry-After"]) == (429, "7")
    assert b"shown" in answer.content


@pytest.mark.parametrize("kind", [errors.NotFound, errors.NotSignedIn, errors.ReadOnlyMode])
def test_what_is_no_mistake_in_the_form_goes_on(kind: type[DomainError]) -> None:
    with pytest.raises(kind), errors_to(_Form({"title": "kept"})):
        raise kind


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "status"), [row for row in KINDS if row[1] != 401])
def test_a_refusal_that_leaves_a_view_is_a_page(
    rf: RequestFactory, kind: type[DomainError], status: int
) -> None:
    request = rf.get("/somewhere/")
    request.user = AnonymousUser()
    request.session = {}  # type: ignore[assignment]
    answer = domain_errors(lambda request: HttpResponse()).process_exception(request, kind("Because <b>."))
    assert answer is not None
    assert answer.status_code == status
    assert answer["Content-Type"].startswith("text/html")
    assert b"<b>." not in answer.content


def test_a_bug_is_no_refusal(rf: RequestFactory) -> None:
    assert (
        domain_errors(lambda request: HttpResponse()).process_exception(rf.get("/"), RuntimeError()) is None
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/\x00/", "/?q=%00", "/api/forum/search?q=a%00b"])
def test_a_nul_in_an_address_is_400(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 400
    if path.startswith("/api/"):
        assert set(json.loads(answer.content)) == MEMBERS


def test_a_nul_is_refused_before_anything_reads_it(rf: RequestFactory) -> None:
    def never(request: Any) -> HttpResponse:
        raise AssertionError("reached")

    request = rf.get("/api/x", {"q": "\x00"})
    assert reject_nul(never)(request).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "status"),
    [("get", 200), ("head", 200), ("options", 200), ("post", 503), ("put", 503), ("delete", 503)],
)
def test_read_only_mode_refuses_writes_alone(
    rf: RequestFactory, settings: Any, method: str, status: int
) -> None:
    settings.READ_ONLY = True
    request = getattr(rf, method)("/api/things")
    assert domain_errors(lambda request: HttpResponse())(request).status_code == status


@pytest.mark.django_db
def test_an_unknown_path_is_html_outside_and_problem_details_inside_the_api() -> None:
    client = Client()
    page, problem, slash = (
        client.get("/nowhere/"),
        client.get("/api/nowhere"),
        client.get("/api/forum/categories/"),
    )
    assert (page.status_code, page["Content-Type"].split(";")[0]) == (404, "text/html")
    assert (problem.status_code, problem["Content-Type"]) == (404, "application/problem+json")
    assert (slash.status_code, slash["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.django_db
def test_an_expired_session_keeps_what_was_typed(rf: RequestFactory, client: Client, anna: User) -> None:
    view = sign_in_first(lambda request: HttpResponse("written"))
    request = rf.post("/forum/new/", {"title": "My text", "password": "secret", "csrfmiddlewaretoken": "x"})
    request.session = client.session
    request.user = AnonymousUser()
    answer = view(request)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=%2Fforum%2Fnew%2F")
    assert kept_draft(request, "/elsewhere/") == {}
    assert kept_draft(request, "/forum/new/") == {"title": "My text"}
    assert kept_draft(request, "/forum/new/") == {}
    request.user = anna
    assert view(request).content == b"written"
