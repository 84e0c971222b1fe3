"""Accounts of people who come with texts from another site: nobody can sign in to them until a password is set."""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db.models.functions import Lower
from django.utils import timezone

from profiles.limits import DISPLAY_NAME_HIGH, USERNAME_HIGH, USERNAME_LOW
from profiles.models import Profile, User

NOBODY = "imported.invalid"  # the host of made-up addresses: nothing is ever sent there
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person as another site names them."""

    username: str
    display_name: str = ""
    email: str = ""
    joined_at: datetime | None = None
    is_closed: bool = False


def accounts_named(names: Iterable[str]) -> dict[str, int]:
    """Return the primary keys of the accounts, open or closed, by lower-cased user name."""
    wanted = sorted({name.lower() for name in names})
    found: dict[str, int] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = User.objects.alias(_lower=Lower("username")).filter(_lower__in=wanted[start : start + CHUNK])
        found |= {name.lower(): pk for name, pk in rows.values_list("username", "pk")}
    return found


def make_accounts(people: Iterable[Newcomer]) -> list[User]:
    """Make accounts without role, password or confirmed e-mail, and tell nobody. Names must be free and usable.

    An e-mail that another account has is left out.
    """
    newcomers = list(people)
    taken = _taken_emails(person.email for person in newcomers)
    closed = make_password(None)
    users = [
        User(
            username=person.username,
            email=person.email.lower() if _is_free(person.email, taken) else f"{uuid.uuid4().hex}@{NOBODY}",
            display_name=" ".join(person.display_name.split())[:DISPLAY_NAME_HIGH],
            password=closed,
            date_joined=person.joined_at or timezone.now(),
            is_active=not person.is_closed,
        )
        for person in newcomers
    ]
    made = User.objects.bulk_create(users, batch_size=CHUNK)
    Profile.objects.bulk_create([Profile(user=user) for user in made], batch_size=CHUNK)
    return list(made)


def usable_name(name: str) -> str:
    """Return `name` in the shape of a user name of this site; what cannot stand in one becomes `_`."""
    shaped = re.sub(r"[^\w.+-]", "_", User.normalize_username(name))[:USERNAME_HIGH]
    shaped = re.sub(r"^\W|\W$", "_", shaped)
    return shaped.ljust(USERNAME_LOW, "_")


def _is_free(email: str, taken: set[str]) -> bool:
    """Tell whether nobody has this address, and take it."""
    if "@" not in email or email.lower() in taken:
        return False
    taken.add(email.lower())
    return True


def _taken_emails(emails: Iterable[str]) -> set[str]:
    wanted = sorted({email.lower() for email in emails if email})
    taken: set[str] = set()
    for start in range(0, len(wanted), CHUNK):
        rows = User.objects.alias(_lower=Lower("email")).filter(_lower__in=wanted[start : start + CHUNK])
        taken |= {email.lower() for email in rows.values_list("email", flat=True)}
    return taken
