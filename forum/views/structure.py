"""What those who lead a topic do with it as a whole: pin, lock, slow down, move, split, merge; and many at once."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import DomainError
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.markdown.shown import shown_text
from community_platform.core.permissions import ensure, may
from forum import services
from forum.forms.structure import LockForm, MergeForm, MoveForm, PinForm, SlowForm, SplitForm
from forum.models import Category, Topic
from forum.selectors import structure as selectors
from forum.views.lists import page_of
from forum.views.loading import topic_for


@require_safe
@sign_in_first
def manage(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    ensure(request.user, "forum.move_topic", row)
    return _page(request, row)


def _page(request: HttpRequest, row: Topic, name: str = "", bound: Form | None = None) -> HttpResponse:
    """Show all forms of a topic, one of them with what was wrong in it."""
    shelves = [shelf for shelf in _open_shelves(request) if shelf.pk != row.category_id]
    forms: dict[str, Form] = {
        "pin": PinForm(initial={"is_pinned": "1"}, auto_id="id_pin_%s"),
        "lock": LockForm(initial={"is_locked": "1"}, auto_id="id_lock_%s"),
        "slow": SlowForm(initial={"seconds": row.slow_mode_seconds}, auto_id="id_slow_%s"),
        "move": MoveForm(categories=shelves, auto_id="id_move_%s"),
        "merge": MergeForm(auto_id="id_merge_%s"),
    }
    if bound is not None:
        forms[name] = bound
    return render_form(request, "forum/topic_manage.html", {"topic": row, "forms": forms}, bound)


def _do(request: HttpRequest, row: Topic, name: str, form: Any, act: Callable[[], Topic]) -> HttpResponse:
    """Run `act` on what the form holds and go to the topic that it returns. A bad form tells strangers nothing."""
    ensure(request.user, "forum.move_topic", row)
    if form.is_valid():
        with errors_to(form):
            return redirect(act())
    return _page(request, row, name, form)


@require_POST
@sign_in_first
def pin(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = topic_for(request, pk), PinForm(request.POST, auto_id="id_pin_%s")

    def act() -> Topic:
        pinned = form.cleaned_data["is_pinned"]
        return services.pin_topic(actor=request.user, topic=row, is_pinned=pinned, until=form.until)

    return _do(request, row, "pin", form, act)


@require_POST
@sign_in_first
def lock(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = topic_for(request, pk), LockForm(request.POST, auto_id="id_lock_%s")

    def act() -> Topic:
        locked = form.cleaned_data["is_locked"]
        return services.lock_topic(actor=request.user, topic=row, is_locked=locked, reason=form.words)

    return _do(request, row, "lock", form, act)


@require_POST
@sign_in_first
def slow_mode(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = topic_for(request, pk), SlowForm(request.POST, auto_id="id_slow_%s")

    def act() -> Topic:
        seconds = form.cleaned_data["seconds"]
        return services.set_slow_mode(actor=request.user, topic=row, seconds=seconds, until=form.until)

    return _do(request, row, "slow", form, act)


@require_POST
@sign_in_first
def move(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    form = MoveForm(request.POST, categories=_open_shelves(request), auto_id="id_move_%s")

    def act() -> Topic:
        return services.move_topic(actor=request.user, topic=row, category=form.cleaned_data["category"])

    return _do(request, row, "move", form, act)


@require_POST
@sign_in_first
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    row, form = topic_for(request, pk), MergeForm(request.POST, auto_id="id_merge_%s")

    def act() -> Topic:
        return services.merge_topic(actor=request.user, topic=row, into=form.cleaned_data["into"])

    return _do(request, row, "merge", form, act)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def split(request: HttpRequest, pk: int) -> HttpResponse:
    row = topic_for(request, pk)
    ensure(request.user, "forum.split_topic", row)
    form = SplitForm(
        request.POST or None,
        topic=row,
        categories=_open_shelves(request),
        initial={"category": row.category.slug},
    )
    if form.is_bound and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("title", "category", "kind")}
        with errors_to(form):
            return redirect(services.split_topic(actor=request.user, topic=row, posts=form.chosen, **data))
    ticked = set(request.POST.getlist("posts"))
    page = selectors.replies_to_choose(row, request.GET.get("page"))
    for post in page.object_list:
        post.is_chosen = str(post.pk) in ticked  # type: ignore[attr-defined]  # both read by the template
        post.words = shown_text(post.content_html)  # type: ignore[attr-defined]
    return render_form(request, "forum/topic_split.html", {"topic": row, "page": page}, form)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def bulk(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = get_or_404(Category.objects.visible_to(request.user).select_related("course"), slug=slug)
    ensure(request.user, "forum.lead_category", shelf)
    if request.method == "POST":
        _act_on_many(request, shelf)
        return redirect(request.get_full_path())
    rows = selectors.topics_to_lead(request.user, shelf)
    others = [row for row in _open_shelves(request) if row.pk != shelf.pk]
    form = MoveForm(categories=others)
    return render_form(
        request,
        "forum/category_manage.html",
        {"category": shelf, "page": page_of(request, rows), "move": form},
    )


def _act_on_many(request: HttpRequest, shelf: Category) -> None:
    """Do one thing to each ticked topic and say how many it was done to, and what was refused."""
    act = _acts(request).get(request.POST.get("act", ""))
    keys = [int(key) for key in request.POST.getlist("topics") if key.isascii() and key.isdecimal() and len(key) < 19]
    rows = list(selectors.topics_to_lead(request.user, shelf).filter(pk__in=keys)) if act else []
    done = 0
    for row in rows:
        try:
            act(row)  # type: ignore[misc]  # no rows without it
            done += 1
        except DomainError as error:
            messages.error(request, f"{row}: {error.message}")
    if done:
        messages.success(request, ngettext("%(n)d topic done.", "%(n)d topics done.", done) % {"n": done})
    elif not rows:
        messages.error(request, _("Choose topics and what to do with them."))


def _acts(request: HttpRequest) -> dict[str, Callable[[Topic], object]]:
    """Return what can be done to many topics, by name."""
    actor, shelf = request.user, request.POST.get("category", "")
    return {
        "move": lambda t: services.move_topic(actor=actor, topic=t, category=shelf),
        "lock": lambda t: services.lock_topic(actor=actor, topic=t, is_locked=True),
        "unlock": lambda t: services.lock_topic(actor=actor, topic=t, is_locked=False),
        "pin": lambda t: services.pin_topic(actor=actor, topic=t, is_pinned=True),
        "unpin": lambda t: services.pin_topic(actor=actor, topic=t, is_pinned=False),
        "delete": lambda t: services.delete_topic(actor=actor, topic=t),
    }


def _open_shelves(request: HttpRequest) -> list[Category]:
    """Return the categories in which the reader may start topics, so that they may put topics there."""
    shelves = Category.objects.visible_to(request.user).select_related("course")
    return [shelf for shelf in shelves if may(request.user, "forum.create_topic", shelf)]
