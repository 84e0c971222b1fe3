"""Fixtures for the whole suite: roles, people, clients, and what this environment can run."""

import shutil
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from community_platform.core import events
from community_platform.core.events import DomainEvent
from profiles.models import User
from tests.invariants import WrittenTables, broken

WRITTEN: pytest.StashKey[WrittenTables] = pytest.StashKey()
WRAPPERS: pytest.StashKey[list[Any]] = pytest.StashKey()
PASSWORD = "correct-horse-battery"  # of people who exist in tests only


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this environment has no server for; `.ci/run` runs the suite where everything is."""
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


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep the tests of a matrix on one worker: its world takes longer to make than they run.

    Here, since xdist reads the groups before our `pytest_collection_modifyitems` is asked. Browser tests go to every
    worker: Playwright's loop, once it runs, stays, and who came after it on the same worker could not start one.
    """
    if "tests/e2e/" in item.nodeid:
        item.add_marker(pytest.mark.flaky(reruns=1))  # ADR 22; what fails twice is broken
    if "_matrix.py" in item.nodeid:
        item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0].replace("/", ".")))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "breaks_counters: breaks derived data on purpose; not checked afterwards"
    )
    config.addinivalue_line("markers", "xdist_group(name): stays on one worker (known without xdist, too)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Note from here on which tables the test writes, its fixtures included."""
    tables = WrittenTables()
    wrappers = (
        connection.execute_wrappers
    )  # the list: in an asynchronous test `connection` is another one later
    wrappers.append(tables)
    item.stash[WRITTEN], item.stash[WRAPPERS] = tables, wrappers
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Check what the test can have broken after its body, before it is rolled back.

    A transactional test may write in threads, whose connections are not watched: after it everything is checked.
    """
    result = yield
    names = set(getattr(item, "fixturenames", ()))
    mark = item.get_closest_marker("django_db")
    is_checked = ({"db", "transactional_db"} & names or mark) and not connection.needs_rollback
    if is_checked and not item.get_closest_marker("breaks_counters"):
        anywhere = "transactional_db" in names or bool(mark and mark.kwargs.get("transaction"))
        wrong = broken(None if anywhere else item.stash[WRITTEN].names)
        if wrong:
            pytest.fail("derived data disagrees with its source:\n" + "\n".join(wrong), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    item.stash[WRAPPERS].remove(item.stash[WRITTEN])
    return (yield)


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


@pytest.fixture
def hear() -> Iterator[Callable[[type[DomainEvent]], list[Any]]]:
    """Return a maker of lists that fill with the events of a kind, until the test ends."""
    started: list[tuple[type[DomainEvent], Callable[[Any], None]]] = []

    def start(event: type[DomainEvent]) -> list[Any]:
        heard: list[Any] = []
        listener = heard.append  # bound once: it is found again by what it is
        events.subscribe(event, listener)
        started.append((event, listener))
        return heard

    yield start
    for event, listener in started:
        events.unsubscribe(event, listener)


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
