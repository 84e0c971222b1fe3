"""How HTML views answer: pages, htmx pieces, form errors, sign-in that keeps what was typed."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

from community_platform.core.errors import DomainError

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
_DRAFT = "kept_draft"


@contextmanager
def errors_to(form: BaseForm) -> Iterator[None]:
    """Turn a DomainError into errors of `form`, which then is invalid and shows what was typed.

    Not found stays an exception: it is no mistake in the form. After the block, check `form.is_valid()`.
    """
    try:
        yield
    except DomainError as error:
        if error.status in {401, 404, 503}:
            raise
        for field, message in (error.fields or {"": error.message}).items():
            form.add_error(field if field in form.fields else None, message)
        form.domain_error = error  # type: ignore[attr-defined]  # the view answers with its status


def render_form(
    request: HttpRequest, template: str, context: Mapping[str, Any], form: BaseForm | None = None
) -> HttpResponse:
    """Render a page with a form; a refused form answers as the refusal does: its status (400 by default), its wait."""
    if form is None or not form.is_bound or not form.errors:
        return render(request, template, {**context, "form": form})
    error: DomainError | None = getattr(form, "domain_error", None)
    response = render(request, template, {**context, "form": form}, status=error.status if error else 400)
    if error and error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    return response


def sign_in_first(view: View[P]) -> View[P]:
    """Send visitors to sign-in and bring them back, with the text of an expired session's form kept."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        back = request.path if request.method == "POST" else request.get_full_path()
        if request.method == "POST":
            keep_draft(request)
            back = request.POST.get("return_to") or back
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")

    return wrapper  # type: ignore[return-value]  # the stubs name the first parameter, View does not


def next_or(request: HttpRequest, default: str) -> str:
    """Return the page of this site that a form, or the address it posts to, names as `next`, else `default`."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if is_ours else default


def keep_draft(request: HttpRequest) -> None:
    """Keep the posted text in the session, which survives signing in, for the form that comes next."""
    fields = {
        key: value[:20_000]
        for key, value in request.POST.items()
        if key not in {"csrfmiddlewaretoken", "password"} and isinstance(value, str)
    }
    request.session[_DRAFT] = {"path": request.path, "fields": fields}


def kept_draft(request: HttpRequest, path: str) -> dict[str, str]:
    """Return, once, what was typed into the form that posts to `path` before the session expired."""
    draft = request.session.get(_DRAFT)
    if not draft or draft["path"] != path:
        return {}
    del request.session[_DRAFT]
    return dict(draft["fields"])
