"""Tags: all of them, one with its topics, and what moderators do with it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community_platform.core.api.views import get_or_404
from community_platform.core.errors import Invalid
from community_platform.core.html import errors_to, render_form, sign_in_first
from community_platform.core.permissions import ensure, may
from forum import services
from forum.forms.tags import MergeForm, TagForm
from forum.forms.watching import watch_control
from forum.limits import TAGS_PER_PAGE
from forum.models import Tag
from forum.selectors import tags as selectors
from forum.selectors import topics as topic_selectors
from forum.selectors.reading import reader
from forum.services.tagging import tag_revision
from forum.views.linked_data import linked_crumbs, linked_list
from forum.views.lists import page_of


@require_safe
def tag_list(request: HttpRequest) -> HttpResponse:
    asked = {"q": request.GET.get("q", "")[:40], "order": request.GET.get("order", "popular")}
    page = Paginator(selectors.tags(**asked), TAGS_PER_PAGE).get_page(request.GET.get("page"))
    crumbs = linked_crumbs((_("Tags"), request.path))
    return render(request, "forum/tag_list.html", {"page": page, "asked": asked, "linked_crumbs": crumbs})


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The topics of a tag; the address of a synonym leads to the tag for good."""
    word = _tag(slug)
    if word.synonym_of is not None:
        return redirect(word.synonym_of, permanent=True)
    who = reader(request.user)
    page = page_of(request, topic_selectors.topics(request.user, who).filter(tags=word).pinned_first())
    context = {
        "tag": word,
        "synonyms": word.synonyms.order_by("slug"),
        "page": page,
        "linked_data": linked_list(name=word.name, path=request.path, topics=page),
        "watch": watch_control(word, who.level("tag", word.pk)) if request.user.is_authenticated else None,
        "may_edit": may(request.user, "forum.edit_tags"),
    }
    return render(request, "forum/tag.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sign_in_first
def tag_edit(request: HttpRequest, slug: str) -> HttpResponse:
    word = _tag(slug)
    ensure(request.user, "forum.edit_tags")
    form = TagForm(request.POST or None, initial=_first(word))
    if form.is_bound and form.is_valid():
        data = dict(form.cleaned_data)
        with errors_to(form):
            edited = services.edit_tag(
                actor=request.user, tag=word, expected_revision=data.pop("revision"), **data
            )
            messages.success(request, _("Saved."))
            return redirect(edited)
    return render_form(request, "forum/tag_edit.html", {"tag": word, "editing": form, "merging": MergeForm()}, form)


@require_POST
@sign_in_first
def tag_merge(request: HttpRequest, slug: str) -> HttpResponse:
    word, form = _tag(slug), MergeForm(request.POST)
    if form.is_valid():
        with errors_to(form):
            target = services.merge_tags(actor=request.user, tag=word, into=_named(form.cleaned_data["into"]))
            messages.success(request, _("The tags are one now."))
            return redirect(target)
    context = {"tag": word, "editing": TagForm(initial=_first(word)), "merging": form}
    return render_form(request, "forum/tag_edit.html", context, form)


def _tag(slug: str) -> Tag:
    return get_or_404(Tag.objects.select_related("synonym_of"), slug=slug)


def _first(word: Tag) -> dict[str, Any]:
    synonyms = ", ".join(word.synonyms.order_by("slug").values_list("name", flat=True))
    return {"name": word.name, "description": word.description, "synonyms": synonyms, "revision": tag_revision(word)}


def _named(name: str) -> Tag:
    found = selectors.tag_named(name)
    if found is None:
        raise Invalid(_("There is no tag “%(name)s”.") % {"name": name}, code="does_not_exist", field="into")
    return found
