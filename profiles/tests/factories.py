"""People for tests."""

from typing import Any

import factory
from factory.django import DjangoModelFactory, Password

from profiles.models import User

PASSWORD = "correct-horse-battery"


class UserFactory(DjangoModelFactory[User]):
    """A student who can sign in with PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username: Any = factory.Sequence(lambda n: f"person{n}")
    email: Any = factory.LazyAttribute(lambda person: f"{person.username}@example.com")
    password: Any = Password(PASSWORD)
