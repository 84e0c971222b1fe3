"""What administrators do with whole accounts: make one of two, see the site as somebody does, erase.

Each is a page that says what will happen and takes a form; the services do it.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from community_platform.core.html import errors_to
from community_platform.core.permissions import may
from profiles import limits
from profiles.middleware import SUPPORT_KEY
from profiles.models import SupportAction, User
from profiles.services import erasure, merge, support


class ReasonForm(forms.Form):
    """Why: for the log."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=limits.SUPPORT_REASON_HIGH,
        help_text=gettext_lazy("A ticket, or what the person asked for. It is kept in the log for good."),
        widget=UnfoldAdminTextInputWidget,
    )


class WholeAccountActions:
    """Actions of the account's page and list, for administrators."""

    admin_site: Any
    message_user: Any

    def has_manage_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return may(request.user, "profiles.manage_users")

    @action(description=gettext_lazy("View the site as this person"), url_path="view-as", permissions=["manage"])
    def view_as(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason, then begin the view in the administrator's own session."""
        person = get_object_or_404(User.objects.with_roles(), pk=object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with errors_to(form):
                view = support.start_view(actor=request.user, person=person, **form.cleaned_data)
                request.session[SUPPORT_KEY] = {
                    "person": view.person.pk, "until": view.until.timestamp(), "reason": view.reason,
                }  # fmt: skip
                return redirect("home")
        told = _(
            "For %(n)d minutes you see the pages that this person sees, without their messages, drafts and keys. You "
            "can change nothing. Each page that you open is written down."
        ) % {"n": limits.SUPPORT_MINUTES}
        return self._confirm(request, person, form, _("View the site as %(name)s"), told, _("Begin"))

    @action(description=gettext_lazy("Erase this account"), url_path="erase", permissions=["manage"])
    def erase(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Ask for the reason, then erase at once: the person has asked the school, not the site."""
        person = get_object_or_404(User.objects.with_roles(), pk=object_id)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with errors_to(form):
                erasure.erase_account(actor=request.user, account=person, reason=form.cleaned_data["reason"])
                self.message_user(request, _("The account was erased."), messages.SUCCESS)
                return redirect("admin:profiles_user_change", person.pk)
        told = _(
            "Name, e-mail, picture, profile, progress and certificates go at once and for good. Texts in discussions "
            "stay, without a name; payments stay for the books. This cannot be undone."
        )
        return self._confirm(request, person, form, _("Erase the account of %(name)s"), told, _("Erase for good"))

    @admin.action(description=gettext_lazy("Merge two accounts of one person"), permissions=["manage"])
    def merge(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Ask which of the two stays, then give it everything of the other."""
        pair = list(queryset.order_by("date_joined", "pk")[:3])
        if len(pair) != 2:
            self.message_user(request, _("Choose exactly two accounts."), messages.ERROR)
            return None
        stays = request.POST.get("keep", "")
        keep = next((one for one in pair if str(one.pk) == stays), None)
        form = ReasonForm(request.POST if "keep" in request.POST else None)
        if keep is not None and form.is_valid():
            absorb = pair[0] if keep == pair[1] else pair[1]
            try:
                moved = merge.merge_accounts(keep=keep, absorb=absorb, actor=request.user, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                told = _("%(name)s has everything now: %(n)d rows moved.") % {"name": keep, "n": sum(moved.values())}
                self.message_user(request, told, messages.SUCCESS)
                return redirect("admin:profiles_user_change", keep.pk)
        context = {"pair": pair, "keep": keep or pair[0], "checkbox": ACTION_CHECKBOX_NAME}
        return self._page(request, "admin/profiles/merge.html", _("Merge two accounts"), form, context)

    def _confirm(
        self, request: HttpRequest, person: User, form: forms.Form, title: str, told: str, button: str
    ) -> HttpResponse:
        context = {"person": person, "told": told, "button": button}
        return self._page(request, "admin/profiles/confirm.html", title % {"name": person.name}, form, context)

    def _page(
        self, request: HttpRequest, template: str, title: str, form: forms.Form, context: dict[str, Any]
    ) -> HttpResponse:
        status = 400 if form.is_bound and form.errors else 200
        context |= {**self.admin_site.each_context(request), "title": title, "form": form, "opts": User._meta}
        return TemplateResponse(request, template, context, status=status)


@admin.register(SupportAction)
class SupportActionAdmin(ReadOnlyAdmin):
    """Who looked at the site as whom."""

    list_display = ("created_at", "actor", "person", "action", "route", "reason")
    list_filter = ("action",)
    list_select_related = ("actor", "person")
    search_fields = ("actor__username", "person__username")
    fields = readonly_fields = list_display
    ordering = ("-created_at", "-pk")
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, "profiles.manage_users")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "profiles.manage_users")
