"""Moving, splitting and merging in the admin: a category or a title is chosen beside the action."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from community_platform.core.errors import DomainError
from forum import services
from forum.limits import LOCK_REASON_MAX, TITLE_MAX
from forum.models import Category, Post, Topic

WEEK = timedelta(days=7)
SLOW_SECONDS = 300


class TopicActionForm(ActionForm):
    category = forms.ModelChoiceField(
        queryset=Category.objects.all(),
        required=False,
        label="",
        empty_label=_("Category to move to"),
        widget=UnfoldAdminSelectWidget(
            {"aria-label": _("Category to move to"), "x-show": "action == 'move'"}
        ),
    )
    reason = forms.CharField(
        required=False,
        label="",
        widget=UnfoldAdminTextInputWidget(
            {
                "maxlength": LOCK_REASON_MAX,  # not of the field: the service says it, the admin "no action"
                "placeholder": _("Reason, shown to everybody"),
                "aria-label": _("Reason, shown to everybody"),
                "x-show": "action == 'lock'",
            }
        ),
    )


class SplitActionForm(ActionForm):
    title = forms.CharField(
        required=False,
        label="",
        widget=UnfoldAdminTextInputWidget(
            {
                "maxlength": TITLE_MAX,
                "placeholder": _("Title of the new topic"),
                "aria-label": _("Title of the new topic"),
                "x-show": "action == 'split'",
            }
        ),
    )


class LeadsTopics:
    """Actions on whole topics, for an admin that has `each`."""

    action_form = TopicActionForm
    structure = ("move", "merge", "pin_for_a_week", "slow_down", "end_slow_mode")
    each: Callable[..., None]

    @admin.action(description=_("Move to a category"))
    def move(self, request: HttpRequest, rows: Any) -> None:
        shelf = request.POST.get("category", "")
        if not shelf.isdecimal():
            messages.error(request, _now("Choose the category to move to."))
            return
        self.each(
            request, rows, lambda row: services.move_topic(actor=request.user, topic=row, category=int(shelf))
        )

    @admin.action(description=_("Merge into the oldest one"))
    def merge(self, request: HttpRequest, rows: Iterable[Topic]) -> None:
        oldest, *others = sorted(rows, key=lambda row: row.pk)
        self.each(
            request,
            others,
            lambda row: services.merge_topic(actor=request.user, topic=row, into=oldest.pk),
        )

    @admin.action(description=_("Pin for a week"))
    def pin_for_a_week(self, request: HttpRequest, rows: Any) -> None:
        until = timezone.now() + WEEK
        self.each(
            request,
            rows,
            lambda row: services.pin_topic(actor=request.user, topic=row, is_pinned=True, until=until),
        )

    @admin.action(description=_("Slow mode: 5 minutes between posts"))
    def slow_down(self, request: HttpRequest, rows: Any) -> None:
        self.each(
            request,
            rows,
            lambda row: services.set_slow_mode(actor=request.user, topic=row, seconds=SLOW_SECONDS),
        )

    @admin.action(description=_("Slow mode: off"))
    def end_slow_mode(self, request: HttpRequest, rows: Any) -> None:
        self.each(request, rows, lambda row: services.set_slow_mode(actor=request.user, topic=row, seconds=0))


class LeadsPosts:
    """Splitting: replies of one topic become a topic of their own."""

    action_form = SplitActionForm

    @admin.action(description=_("Split off as a topic"))
    def split(self, request: HttpRequest, rows: Iterable[Post]) -> None:
        posts = list(rows)
        title = request.POST.get("title", "")
        try:
            made = services.split_topic(
                actor=request.user, topic=posts[0].topic, posts=[post.pk for post in posts], title=title
            )
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _now("Split off: “%(title)s”.") % {"title": made.title})
