"""The review queue and the moderation log in the admin: decisions go through the services, the log is only read."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import TabularInline
from unfold.forms import ActionForm
from unfold.widgets import UnfoldAdminSelectWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from community_platform.core.permissions import may
from profiles.forms import PENALTY_LASTS, penalty_end
from profiles.models import CaseState, Flag, ModerationAction, PenaltyKind, ReviewCase, Verdict
from profiles.selectors.moderation import action_words, reason_words
from profiles.services import review
from profiles.services.review import Sentence


class ForModerators(ReadOnlyAdmin):
    """Rows that moderators look at."""

    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "profiles.view_moderation")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "profiles.view_moderation")


class FlagInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    model = Flag
    fields = readonly_fields = ("user", "reason", "note", "weight", "created_at")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "profiles.view_moderation")


class DecisionForm(ActionForm):
    """A penalty that goes with "the report is right"; the reason is the one that was reported."""

    _beside: ClassVar = {"x-show": "['agree', 'delete_text', 'mended'].includes(action)"}
    penalty = forms.ChoiceField(
        required=False,
        label="",
        choices=[("", _("No penalty")), *PenaltyKind.choices],
        widget=UnfoldAdminSelectWidget({"aria-label": _("Penalty"), **_beside}),
    )
    lasts = forms.ChoiceField(
        required=False,
        label="",
        choices=PENALTY_LASTS,
        widget=UnfoldAdminSelectWidget({"aria-label": _("For"), **_beside}),
    )


@admin.register(ReviewCase)
class CaseAdmin(ForModerators):
    list_display = (
        "on_site", "kind", "state", "author", "score", "flags_count", "claimed_by", "created_at", "resolved_by",
    )  # fmt: skip
    list_filter = ("state", "kind", "flags__reason")
    list_select_related = ("author", "claimed_by", "resolved_by")
    search_fields = ("author__username", "flags__user__username")
    ordering = ("state", "-score", "created_at")
    inlines = (FlagInline,)
    action_form = DecisionForm
    fields = readonly_fields = (
        "on_site", "kind", "object_id", "author", "state", "score", "flags_count", "words", "claimed_by", "created_at",
        "resolved_at", "resolved_by", "resolution_note",
    )  # fmt: skip
    actions = ("agree", "delete_text", "mended", "disagree", "ignore", "claim")

    @admin.display(description=_("text"))
    def on_site(self, case: ReviewCase) -> str:
        title = case.snapshot.get("title") or case
        return format_html('<a href="{}">{}</a>', case.get_absolute_url(), title)

    @admin.display(description=_("as it was reported"))
    def words(self, case: ReviewCase) -> str:
        return str(case.snapshot.get("content", ""))

    @admin.action(description=_("The report is right: hide the text"), permissions=["view"])
    def agree(self, request: HttpRequest, rows: QuerySet[ReviewCase]) -> None:
        self._decide(request, rows, Verdict.HIDE)

    @admin.action(description=_("The report is right: delete the text"), permissions=["view"])
    def delete_text(self, request: HttpRequest, rows: QuerySet[ReviewCase]) -> None:
        self._decide(request, rows, Verdict.DELETE)

    @admin.action(description=_("The report was right: the text is mended, show it"), permissions=["view"])
    def mended(self, request: HttpRequest, rows: QuerySet[ReviewCase]) -> None:
        self._decide(request, rows, Verdict.EDIT)

    @admin.action(description=_("The report is wrong: show the text"), permissions=["view"])
    def disagree(self, request: HttpRequest, rows: QuerySet[ReviewCase]) -> None:
        self._decide(request, rows, Verdict.DISAGREE)

    @admin.action(description=_("Ignore the report"), permissions=["view"])
    def ignore(self, request: HttpRequest, rows: QuerySet[ReviewCase]) -> None:
        self._decide(request, rows, Verdict.IGNORE)

    @admin.action(description=_("I look at these"), permissions=["view"])
    def claim(self, request: HttpRequest, rows: QuerySet[ReviewCase]) -> None:
        self._each(request, rows, lambda case: review.claim(actor=request.user, case=case))

    def _decide(self, request: HttpRequest, rows: QuerySet[ReviewCase], verdict: Verdict) -> None:
        penalty = _sentence(request) if review.STATES[verdict] == CaseState.AGREED else None
        self._each(
            request,
            rows,
            lambda case: review.resolve(actor=request.user, case=case, action=verdict, penalty=penalty),
        )

    def _each(self, request: HttpRequest, rows: QuerySet[ReviewCase], act: Any) -> None:
        """Run a service on every case; say what was done and what was refused."""
        done = 0
        for case in rows:
            try:
                act(case)
                done += 1
            except DomainError as error:
                messages.error(request, f"{case.snapshot.get('title') or case}: {error.message}")
        if done:
            messages.success(request, ngettext("%(n)d done.", "%(n)d done.", done) % {"n": done})


def _sentence(request: HttpRequest) -> Sentence | None:
    """Return the penalty that was chosen beside the action, if any; the form of the actions has checked it."""
    kind, lasts = request.POST.get("penalty"), request.POST.get("lasts") or PENALTY_LASTS[0][0]
    return Sentence(kind=kind, until=penalty_end(lasts), reason="") if kind else None


@admin.register(ModerationAction)
class LogAdmin(ForModerators):
    list_display = ("created_at", "actor", "what", "kind", "title", "target", "why", "note")
    list_filter = ("action", "kind", "is_public")
    list_select_related = ("actor", "target")
    search_fields = ("actor__username", "target__username", "title")
    ordering = ("-created_at", "-pk")
    fields = readonly_fields = (
        "created_at", "actor", "what", "kind", "object_id", "title", "url", "target", "why", "note", "is_public",
    )  # fmt: skip

    @admin.display(description=_("action"), ordering="action")
    def what(self, line: ModerationAction) -> str:
        return action_words(line.action)

    @admin.display(description=_("reason"))
    def why(self, line: ModerationAction) -> str:
        return reason_words(line.reason)
