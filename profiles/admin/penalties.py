"""Penalties in the admin: moderators issue, look up and lift them; the services say whom they may judge."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from community_platform.core.permissions import ensure, may
from profiles.forms import PENALTY_LASTS, penalty_end
from profiles.models import Penalty, PenaltyKind
from profiles.services import penalties


class NewPenaltyForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """What a moderator decides; the service measures and refuses."""

    kind = forms.ChoiceField(label=_("Penalty"), choices=PenaltyKind.choices, widget=UnfoldAdminSelectWidget)
    lasts = forms.ChoiceField(label=_("For"), choices=PENALTY_LASTS, widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(label=_("Reason, shown to the person"), widget=UnfoldAdminTextInputWidget)
    note = forms.CharField(label=_("Note for moderators"), required=False, widget=UnfoldAdminTextareaWidget)

    class Meta:
        model = Penalty
        fields = ("user", "kind", "reason", "note")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                ensure(self.moderator, "profiles.penalise", data["user"])  # type: ignore[attr-defined]  # set by the admin
            except DomainError as error:
                raise ValidationError(error.message) from error
        return data


@admin.register(Penalty)
class PenaltyAdmin(ReadOnlyAdmin):
    form = NewPenaltyForm
    list_display = ("user", "kind", "reason", "starts_at", "ends_at", "in_force", "issued_by")
    list_filter = ("kind", ("lifted_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "issued_by")
    search_fields = ("user__username", "reason")
    autocomplete_fields = ("user",)
    ordering = ("-starts_at", "-pk")
    show_full_result_count = False
    actions = ("lift",)
    _shown = ("user", "kind", "reason", "note", "starts_at", "ends_at", "issued_by", "lifted_at", "lifted_by")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "profiles.view_moderation")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "profiles.view_moderation")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "profiles.penalise")

    def get_fields(self, request: HttpRequest, obj: Penalty | None = None) -> Any:
        return self._shown if obj else ("user", "kind", "lasts", "reason", "note")

    def get_readonly_fields(self, request: HttpRequest, obj: Penalty | None = None) -> Any:
        return self._shown if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.moderator = request.user
        return form

    def save_model(self, request: HttpRequest, obj: Penalty, form: Any, change: bool) -> None:
        data = form.cleaned_data
        made = penalties.penalise(
            actor=request.user, user=data["user"], kind=data["kind"], reason=data["reason"], note=data["note"],
            until=penalty_end(data["lasts"]),
        )  # fmt: skip
        obj.pk = made.pk  # the admin goes on with the row that the service made

    def response_add(self, request: HttpRequest, obj: Penalty, post_url_continue: Any = None) -> HttpResponse:
        return self.response_post_save_add(request, obj)

    @admin.display(description=_("in force"), boolean=True)
    def in_force(self, penalty: Penalty) -> bool:
        return penalty.is_active

    @admin.action(description=_("Lift the selected penalties"), permissions=["add"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Penalty]) -> None:
        done = 0
        for penalty in queryset.select_related("user"):
            try:
                penalties.lift(actor=request.user, penalty=penalty)
                done += 1
            except DomainError as error:
                self.message_user(request, f"{penalty.user.username}: {error.message}", messages.ERROR)
        text = ngettext("%(n)d penalty lifted.", "%(n)d penalties lifted.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)
