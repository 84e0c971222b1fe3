"""The account."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models import Case, Max, Q, When
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.profile import Profile


class Role(models.TextChoices):
    """What a person is to the school, from least to most; each but student is a group of the same name."""

    STUDENT = "student", _("Student")
    INSTRUCTOR = "instructor", _("Instructor")
    MODERATOR = "moderator", _("Moderator")
    ADMIN = "admin", _("Administrator")

    @property
    def group(self) -> str | None:
        """The name of the auth group behind the role."""
        return {"student": None, "admin": "administrator"}.get(self.value, self.value)


GROUPS = ("instructor", "moderator", "administrator")  # the auth groups behind the roles


class UserQuerySet(models.QuerySet["User"]):
    def with_roles(self) -> "UserQuerySet":
        """Annotate which role groups each user is in, so that permission checks need no query."""
        bits = {f"_in_{name}": Max(Case(When(groups__name=name, then=1), default=0)) for name in GROUPS}
        return self.annotate(**bits)

    def visible_to(self, viewer: Any) -> "UserQuerySet":
        """Return the people whom `viewer` may see: everybody whose account is active."""
        return self.filter(is_active=True)

    def named(self, names: Iterable[str]) -> "UserQuerySet":
        """Return the active users with these user names, in any case."""
        return self.by_names(names).filter(is_active=True)

    def by_names(self, names: Iterable[str]) -> "UserQuerySet":
        """Return the users, active or not, with these user names in any case; by the index of LOWER(username)."""
        return self.alias(_lower=Lower("username")).filter(_lower__in=[name.lower() for name in names])

    def by_email(self, email: str) -> "UserQuerySet":
        """Return the user, active or not, with this e-mail in any case."""
        return self.alias(_lower_email=Lower("email")).filter(_lower_email=email.lower())

    def lock(self, pk: int) -> "User":
        """Return the user with the row locked until the transaction ends."""
        return self.select_for_update().get(pk=pk)


def _is_future(moment: datetime | None) -> bool:
    return moment is not None and moment > timezone.now()


class AccountManager(UserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    pass


class User(AbstractUser):  # type: ignore[django-manager-missing]  # of the untyped tokens
    """A person. Names and e-mail are unique without regard to case. Rows are anonymised, never deleted."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail"), unique=True)
    display_name = models.CharField(_("display name"), max_length=60, blank=True)
    avatar = models.ImageField(
        _("avatar"), upload_to="avatars/", blank=True
    )  # square WebP, re-encoded on upload
    timezone = models.CharField(_("time zone"), max_length=50, default="UTC")  # IANA name
    language = models.CharField(_("language"), max_length=5, blank=True)  # "" follows the browser
    revision = models.PositiveIntegerField(default=0)  # of the editable profile, for ETags
    is_profile_public = models.BooleanField(_("public profile"), default=True, db_default=True)
    show_badges = models.BooleanField(_("show badges"), default=True, db_default=True)
    show_courses = models.BooleanField(_("show courses"), default=True, db_default=True)
    show_activity = models.BooleanField(_("show activity"), default=False, db_default=False)
    trust_level = models.PositiveSmallIntegerField(_("trust level"), default=0)  # 0-3, earned in the forum
    # Until when the penalties of each kind hold (`penalties` is the source): checked on each request, so kept here.
    silenced_until = models.DateTimeField(_("silenced until"), null=True, blank=True)
    forum_banned_until = models.DateTimeField(_("banned from the forum until"), null=True, blank=True)
    suspended_until = models.DateTimeField(_("suspended until"), null=True, blank=True)

    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_name_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_any_case"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account; a new one gets its (empty) profile. Bulk inserts make the profiles themselves."""
        is_new = self._state.adding
        with transaction.atomic():
            super().save(*args, **kwargs)
            if is_new:
                Profile.objects.get_or_create(user=self)

    @property
    def name(self) -> str:
        """The name shown to people."""
        return self.display_name or self.username

    @property
    def roles_are_loaded(self) -> bool:
        return bool({"_role_names", "_in_moderator"} & self.__dict__.keys())

    @property
    def role_names(self) -> frozenset[str]:
        """The role groups; one query unless loaded by `with_roles()`."""
        if "_role_names" not in self.__dict__:
            if "_in_moderator" in self.__dict__:
                names = {name for name in GROUPS if self.__dict__[f"_in_{name}"]}
            else:
                names = set(self.groups.filter(name__in=GROUPS).values_list("name", flat=True))
            self.__dict__["_role_names"] = frozenset(names)
        return frozenset(self.__dict__["_role_names"])

    @property
    def is_silenced(self) -> bool:
        return _is_future(self.silenced_until)

    @property
    def is_forum_banned(self) -> bool:
        return _is_future(self.forum_banned_until)

    @property
    def is_suspended(self) -> bool:
        return _is_future(self.suspended_until)

    @property
    def is_erased(self) -> bool:
        return self.email.endswith("@erased.invalid")

    @property
    def is_admin(self) -> bool:
        return self.is_superuser or "administrator" in self.role_names

    @property
    def is_moderator(self) -> bool:
        """Moderators and administrators."""
        return self.is_admin or "moderator" in self.role_names

    @property
    def is_instructor(self) -> bool:
        return "instructor" in self.role_names

    @property
    def role(self) -> str:
        """The highest role, as the API shows it."""
        if self.is_admin:
            return Role.ADMIN.value
        if self.is_moderator:
            return Role.MODERATOR.value
        return Role.INSTRUCTOR.value if self.is_instructor else Role.STUDENT.value

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    @property
    def avatar_url(self) -> str | None:
        return self.avatar.url if self.avatar else None

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("profiles:profile", args=[self.username])
