"""Accounts: seven that anybody can sign in to, a cast that writes, and the many."""

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from community_platform.core.permissions import SYSTEM
from community_platform.demo import people, pictures, profiles
from community_platform.demo.people import Person
from community_platform.demo.seeding import Seeding, insert
from profiles.models import User
from profiles.services import roles

PORTRAITS = 24  # of the many
CIRCLE = 60


def make(run: Seeding) -> None:
    """Make everybody. Who is not named has no usable password: nobody can sign in as them."""
    written = [*people.NAMED, *people.CAST]
    count = run.scale.people - len(written)
    password, nothing = make_password(people.PASSWORD), make_password(None)
    dice = run.dice("crowd")
    users = []
    for n, person in enumerate([*written, *(people.neighbour(n) for n in range(count))]):
        user = _user(person, password if person in people.NAMED else nothing)
        user.date_joined = run.now - timedelta(days=400 - n if n < len(written) else dice.uniform(1, 380))
        if n < len(written) + PORTRAITS:
            user.avatar = _portrait(person.username)
        profiles.choose_switches(user, n)
        users.append(user)
    insert(users)
    insert(profiles.made(users))
    insert(EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users)
    for user, person in zip(users, written, strict=False):
        run.people[user.username] = roles.set_role(actor=SYSTEM, account=user, role=person.role)
    run.zones = {user.pk: ZoneInfo(user.timezone) for user in users}
    keys = [user.pk for user in users[: CIRCLE + len(people.NAMED)] if user.username not in people.STAFF]
    run.circle = list(User.objects.with_roles().filter(pk__in=keys).order_by("pk"))
    run.students = [user.pk for user in users if user.username not in people.STAFF]


def _user(person: Person, password: str) -> User:
    return User(
        username=person.username,
        email=person.email,
        display_name=person.display_name,
        timezone=person.timezone,
        language=person.language,
        password=password,
    )


def _portrait(name: str) -> str:
    path = f"avatars/{uuid.uuid5(uuid.NAMESPACE_DNS, name).hex}.webp"  # named as uploads are
    default_storage.delete(path)  # else the storage would choose another name, not the same one every time
    return default_storage.save(path, ContentFile(pictures.portrait(name)))
