"""What a new member is asked, once: whether others may see what they do."""

from typing import Any

from django.utils import timezone

from community_platform.core.permissions import ensure
from profiles.models import Profile, User
from profiles.services.profile import answer_activity_question


def answer(*, actor: Any, account: User, show: bool | None) -> User:
    """Note the answer and return the account; None skips the question, which is not asked again, and changes nothing.

    Raises: NotAllowed (rule profiles.edit_profile), TooFast.  Publishes: ProfileChanged where the switch moves.
    """
    if show is not None:
        return answer_activity_question(actor=actor, account=account, show=show)
    ensure(actor, "profiles.edit_profile", account)
    Profile.objects.filter(pk=account.pk, asked_activity_at=None).update(asked_activity_at=timezone.now())
    return account


def is_answered(account: User) -> bool:
    """Tell whether the question was asked. One query."""
    return Profile.objects.filter(pk=account.pk).exclude(asked_activity_at=None).exists()
