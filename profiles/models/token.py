"""Keys of programs."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager


class Scope(models.TextChoices):
    """What a token may do. A session or a sign-in token has READ and WRITE."""

    READ = "read", _("Read everything I can read")
    WRITE = "write", _("Write in my name")
    INGEST = "ingest", _("Send learning events")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def live(self) -> "ApiTokenQuerySet":
        """Return the tokens that have not expired."""
        return self.filter(Q(expiry=None) | Q(expiry__gt=timezone.now()))

    def expired(self) -> "ApiTokenQuerySet":
        return self.filter(expiry__lte=timezone.now())

    def visible_to(self, viewer: Any) -> "ApiTokenQuerySet":
        """Return the personal tokens of `viewer`; nobody sees those of others."""
        return self.filter(user_id=viewer.pk, is_personal=True)


class ApiTokenManager(AuthTokenManager.from_queryset(ApiTokenQuerySet)):  # type: ignore[misc]  # knox is untyped
    pass


class ApiToken(AbstractAuthToken):
    """A named, hashed, expiring, scoped, revocable key for `Authorization: Token`.

    Only the digest is stored; the key is shown once. `scopes` is a space-separated list of Scope values.
    """

    name = models.CharField(_("name"), max_length=60, blank=True)
    scopes = models.CharField(_("scopes"), max_length=60, default="read write")
    last_used_at = models.DateTimeField(
        _("last used at"), null=True, blank=True
    )  # to the hour: one write an hour at most
    is_personal = models.BooleanField(
        _("personal"), default=False
    )  # made on the settings page, not by signing in

    objects: ClassVar[ApiTokenManager] = ApiTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        indexes = [models.Index(fields=["user", "-created"], name="token_by_user")]

    def __str__(self) -> str:
        return self.name or self.token_key

    @property
    def scope_labels(self) -> list[str]:
        return [str(scope.label) for scope in Scope if scope in self.scope_set]

    @property
    def scope_set(self) -> frozenset[str]:
        return frozenset(self.scopes.split())

    @property
    def is_expired(self) -> bool:
        return self.expiry is not None and self.expiry <= timezone.now()
