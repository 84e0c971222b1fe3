"""Accounts in the admin: administrators change them by the services, moderators look."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminSelectWidget

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from community_platform.core.permissions import SYSTEM
from profiles.admin.joining import WholeAccountActions
from profiles.models import ApiToken, Role, User
from profiles.services import account, roles, tokens

# Tables of the sign-in library hold secrets, and editing them would pass our services by. Roles are set on the user.
for model in (Group, EmailAddress, Authenticator, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in Role if role.group]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.value() not in Role.values:
            return queryset
        # By ids: a join would multiply the rows that the roles are grouped from.
        members = User.objects.filter(groups__name=Role(self.value()).group)
        return queryset.filter(pk__in=members.values("pk"))


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """The two things an administrator decides about an account."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = User
        fields = ("is_active",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].initial = self.instance.role


class PasswordForm(AdminPasswordChangeForm):
    """Sets a password by the service, which also ends sign-ins. The admin has checked who may."""

    def save(self, commit: bool = True) -> User:
        password = self.cleaned_data["password1"] if self.cleaned_data["set_usable_password"] else None
        return account.set_password(actor=SYSTEM, account=self.user, password=password)


@admin.register(User)
class AccountAdmin(WholeAccountActions, UserAdmin, ModelAdmin):  # type: ignore[misc]  # the bases are typed apart
    form = AccountForm
    change_password_form = PasswordForm
    actions = ("deactivate", "reactivate", "merge")
    actions_detail = ("view_as", "erase")
    list_filter = (RoleFilter, "is_active", "date_joined")
    ordering = ("-date_joined",)
    filter_horizontal = ()
    show_full_result_count = False
    list_per_page = 50
    _facts = ("username", "display_name", "email", "language", "timezone", "date_joined", "last_login")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return User.objects.with_roles()

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        email = ("email",) if request.user.is_admin else ()  # type: ignore[union-attr]
        return ("username", "display_name", *email, "shown_role", "is_active", "date_joined", "last_login")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return (
            ("username", "display_name", "email") if request.user.is_admin else ("username", "display_name")
        )  # type: ignore[union-attr]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        may_change = obj is not None and self.has_change_permission(request, obj)
        seen = tuple(name for name in self._facts if name != "email" or request.user.is_admin)  # type: ignore[union-attr]
        own = obj is not None and obj.pk == request.user.pk
        decided = ("role", "is_active") if may_change and not own else ("shown_role", "is_active")
        return ((None, {"fields": (*seen, *decided)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = ("is_active",) if obj is not None and obj.pk == request.user.pk else ()
        return (*self._facts, "shown_role", *own)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        # Not UserAdmin's: there is no form for adding people; they register.
        return ModelAdmin.get_form(self, request, obj, change=change, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # accounts are closed or erased, never deleted: others' texts refer to them

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        data = form.cleaned_data
        if "role" in form.changed_data:
            roles.set_role(actor=request.user, account=obj, role=data["role"])
        if "is_active" in form.changed_data:
            service = account.reactivate if data["is_active"] else account.deactivate
            service(actor=request.user, account=obj)

    @admin.display(description=_("role"))
    def shown_role(self, user: User) -> str:
        return user.role_label

    @admin.action(description=_("Deactivate the selected accounts"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = self._each(request, queryset.filter(is_active=True), account.deactivate)
        text = ngettext("%(n)d account deactivated.", "%(n)d accounts deactivated.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)

    @admin.action(description=_("Reactivate the selected accounts"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = self._each(request, queryset.filter(is_active=False), account.reactivate)
        text = ngettext("%(n)d account reactivated.", "%(n)d accounts reactivated.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)

    def _each(self, request: HttpRequest, users: QuerySet[User], service: Any) -> int:
        """Call `service` for each user and return for how many it worked; say why for the others."""
        done = 0
        for user in users:
            try:
                service(actor=request.user, account=user)
                done += 1
            except DomainError as error:
                self.message_user(request, f"{user.username}: {error.message}", messages.ERROR)
        return done


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Who has keys, and a way to stop one. Keys themselves are nowhere."""

    list_display = ("token_key", "user", "name", "scopes", "is_personal", "created", "expiry", "last_used_at")
    list_filter = ("is_personal", "expiry")
    list_select_related = ("user",)
    search_fields = ("user__username", "name", "token_key")
    fields = list_display
    readonly_fields = list_display
    ordering = ("-created",)
    show_full_result_count = False
    actions = ("revoke",)

    @admin.action(description=_("Revoke the selected tokens"), permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        count = 0
        for token in queryset:
            tokens.revoke_token(actor=request.user, token=token)
            count += 1
        text = ngettext("%(n)d token revoked.", "%(n)d tokens revoked.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)
