"""What a person chose for messages."""

from typing import Any

from community_platform.core.permissions import ensure
from messaging.models import MessagingPreference


def preference_of(user: Any) -> MessagingPreference:
    """Return the row of `user`, or the defaults unsaved."""
    return MessagingPreference.objects.filter(user=user).first() or MessagingPreference(user=user)


def change_preferences(*, actor: Any, **changes: Any) -> MessagingPreference:
    """Save what is given (fields of MessagingPreference, checked by the form)."""
    ensure(actor, "messaging.write")
    row, _made = MessagingPreference.objects.update_or_create(user=actor, defaults=changes)
    return row
