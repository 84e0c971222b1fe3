"""Fixtures for the whole suite: roles, people, clients, and what this environment can run."""

import shutil
from collections.abc import Callable, Generator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from community_platform.core import consistency
from profiles.models import User

PASSWORD = "correct-horse-battery"  # of people who exist in tests only


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this environment has no server for; `.ci/run` runs the suite where everything is.

    Browser tests stay together on one worker: the site they share takes longer to start than they run.
    """
    missing = set()
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        missing.add("postgres")
    if not settings.REDIS_URL:
        missing.add("redis")
    if not (shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")):
        missing.add("e2e")
    left_out = [item for item in items if missing & {mark.name for mark in item.iter_markers()}]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    for item in items:
        if item.get_closest_marker("e2e"):
            item.add_marker(pytest.mark.xdist_group("browser"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "breaks_counters: breaks derived data on purpose; not checked afterwards")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Check every invariant after the body of each test that used the database, before it is rolled back."""
    result = yield
    uses_database = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    is_checked = (uses_database or item.get_closest_marker("django_db")) and not connection.needs_rollback
    if is_checked and not item.get_closest_marker("breaks_counters"):
        broken = [f"{r.invariant.id}: {r.examples}" for r in consistency.check() if r.violations]
        if broken:
            pytest.fail("derived data disagrees with its source:\n" + "\n".join(broken), pytrace=False)
    return result


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def make_user(db: None) -> Callable[..., User]:
    """Return a maker of people: `make_user("anna", role="moderator")`."""

    def make(username: str, *, role: str = "student", **fields: Any) -> User:
        fields.setdefault("email", f"{username}@example.com")
        user = User.objects.create_user(username=username, password=PASSWORD, **fields)
        group = {"admin": "administrator"}.get(role, role)
        if group != "student":
            user.groups.add(Group.objects.get_or_create(name=group)[0])
        return User.objects.with_roles().get(pk=user.pk)

    return make


@pytest.fixture
def anna(make_user: Callable[..., User]) -> User:
    return make_user("anna")


@pytest.fixture
def boris(make_user: Callable[..., User]) -> User:
    return make_user("boris")


@pytest.fixture
def irina(make_user: Callable[..., User]) -> User:
    return make_user("irina", role="instructor")


@pytest.fixture
def maxim(make_user: Callable[..., User]) -> User:
    return make_user("maxim", role="moderator")


@pytest.fixture
def admin(make_user: Callable[..., User]) -> User:
    return make_user("admin", role="admin")


@pytest.fixture
def as_html() -> Callable[..., Client]:
    """Return a browser without JavaScript, signed in as `user` if given."""

    def make(user: User | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="profiles.backends.AccountBackend")
        return client

    return make


@pytest.fixture
def as_api() -> Callable[..., APIClient]:
    """Return an API client, signed in as `user` if given."""

    def make(user: User | None = None) -> APIClient:
        client = APIClient()
        if user is not None:
            client.force_login(user, backend="profiles.backends.AccountBackend")
        return client

    return make
