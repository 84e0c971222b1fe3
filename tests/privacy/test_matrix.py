"""Nothing that somebody hides is met anywhere: every address of the site as every role, live events, mails, exports.

What each switch hides is declared in `world.HIDDEN`, not asked of the policy that is tested.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.db import transaction
from django.test import Client, override_settings
from rest_framework.serializers import ModelSerializer
from rest_framework.test import APIClient

from community_platform.core import consistency, lifecycle
from community_platform.core.models import ChannelEvent
from forum.services.transfer.export import export_lines
from profiles.models import Profile, User
from profiles.services import profile
from tests.privacy import routes as addresses
from tests.privacy.routes import Route
from tests.privacy.world import HIDDEN, ROLES, SWITCH, World, build

# Marked so that there is a database; it is the fixture that fills it and checks the invariants, once.
pytestmark = [pytest.mark.django_db, pytest.mark.breaks_counters]
BACKEND = "profiles.backends.AccountBackend"
OTHERS = [role for role in ROLES if role not in {"owner", "moderator"}]
Met = dict[tuple[str, str], set[str]]  # (canary, role) → the addresses where it was met
# Lists where a private person cannot be found by others, not even by name.
FINDING = {"people/", "api/users", "forum/search/", "forum/search/suggest/", "api/forum/search",
           "api/forum/search/suggest", "api/forum/mentions", "feed/", "api/feed", "sitemap.xml",
           "leaderboards/<slug:board>/", "api/gamification/leaderboards/<slug:board>"}  # fmt: skip


@pytest.fixture(scope="module")
def walked(django_db_setup: Any, django_db_blocker: Any) -> Any:
    """Build one world, walk it as everybody, yield what was met, and leave nothing behind."""
    quiet = override_settings(RATE_LIMIT_SCALE=100_000)
    with django_db_blocker.unblock(), quiet, transaction.atomic():
        cache.clear()
        world = build()
        assert [result.invariant.id for result in consistency.check() if result.violations] == []
        yield world, _walk(world)
        transaction.set_rollback(True)
    cache.clear()


def _walk(world: World) -> Met:
    """A member meets what the follower meets but where people are listed; what nobody has is 404 for one as for all."""
    met: Met = {}
    for route in addresses.routes():
        if route.is_about_people:
            roles = OTHERS
        else:
            roles = ["follower"] if addresses.is_of_nobody(route) else ["visitor", "follower", "blocked"]
        for role in roles:
            text = "".join(_ask(world.people[role], path) for path in addresses.paths(route, world))
            _note(met, world, route, role, text)
        if route.is_about_people:
            for role in ("moderator", "owner"):
                for name in world.owners:
                    reader = world.person(role, name)
                    text = "".join(_ask(reader, path) for path in addresses.paths(route, world, owner=name))
                    _note(met, world, route, role, text, only=name)
    return met


def _note(met: Met, world: World, route: Route, role: str, text: str, only: str = "") -> None:
    for canary in world.canaries:
        fits = route.is_about_people or not canary.about_people
        if fits and only in {"", canary.owner} and canary.word in text:
            met.setdefault((canary.word, role), set()).add(route.template)


_browsers: dict[Any, Any] = {}
_broken: set[str] = set()  # addresses that answered 500


def _ask(reader: Any, path: str, method: str = "get") -> str:
    """Return what an address answers to `reader`, or where it leads."""
    key = (APIClient if path.startswith("/api/") else Client, reader.pk)
    browser = _browsers.get(key) if method == "get" and reader.pk is not None else None
    if browser is None:
        browser = key[0](raise_request_exception=False)
        if reader.is_authenticated:
            browser.force_login(reader, backend=BACKEND)
        if method == "get":  # what writes is taken back, its session too
            _browsers[key] = browser
    answer = getattr(browser, method)(path)
    if answer.status_code >= 500:
        _broken.add(f"{method} {path}")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode(errors="replace")) + answer.get("Location", "")


@pytest.fixture(autouse=True, scope="module")
def _fresh_browsers() -> Any:
    _browsers.clear()
    _broken.clear()
    yield
    _browsers.clear()


def test_every_parameter_of_every_route_is_declared() -> None:
    assert addresses.undeclared() == [], "say in tests/privacy/routes.py what it is filled with"
    assert addresses.unused() == []
    assert len(addresses.routes()) > 150


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("owner", HIDDEN)
def test_what_is_hidden_is_met_nowhere(walked: Any, owner: str, role: str) -> None:
    world, met = walked
    leaks = {
        canary.word: sorted(met[canary.word, role])
        for canary in world.canaries
        if canary.owner == owner and canary.is_hidden_from(role) and (canary.word, role) in met
    }
    assert leaks == {}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("owner", HIDDEN)
def test_what_is_shown_is_met_somewhere(walked: Any, owner: str, role: str) -> None:
    """The net has holes small enough: each canary that may be seen is, so that a hidden one would be."""
    world, met = walked
    shown = [each.word for each in world.canaries if each.owner == owner and not each.is_hidden_from(role)]
    assert [word for word in shown if (word, role) not in met] == []
    assert shown or owner in {"heronprivate", "heronblocker"}


def test_writing_to_an_address_tells_no_more_than_reading_it(walked: Any) -> None:
    world, _met = walked
    reader, leaks = world.people["blocked"], []
    for route in addresses.routes():
        for method in route.methods:
            for path in {addresses.paths(route, world, owner=name)[0] for name in ("heronprivate", "heronblocker")}:
                with transaction.atomic():
                    text = _ask(reader, path, method)
                    transaction.set_rollback(True)
                leaks += [
                    (method, path, canary.word)
                    for canary in world.canaries
                    if canary.is_hidden_from("blocked") and canary.word in text
                    if route.is_about_people or not canary.about_people
                ]
    assert leaks == []


def test_no_address_is_broken(walked: Any) -> None:
    """What is a 500 shows nothing, and so would pass."""
    assert sorted(_broken) == []


@pytest.mark.parametrize("role", OTHERS)
def test_a_private_person_is_found_in_no_list(walked: Any, role: str) -> None:
    world, _met = walked
    hidden = ["heronprivate"] + (["heronblocker"] if role == "blocked" else [])
    for route in addresses.routes():
        if route.template in FINDING or route.template.startswith("sitemap-"):
            text = "".join(_ask(world.people[role], path) for path in addresses.paths(route, world))
            found = [name for name in hidden if f"/profile/{name}/" in text or f'"{name}"' in text]
            assert found == [], (route.template, text[text.index(found[0]) - 300 :][:400])


@pytest.mark.parametrize("role", OTHERS)
def test_the_holders_of_a_badge_are_those_who_show_it(walked: Any, role: str) -> None:
    world, _met = walked
    hiding = {"heronprivate", "heronnobadges"} | ({"heronblocker"} if role == "blocked" else set())
    for name in world.owners:
        paths = (f"/badges/zqheld{name}/", f"/api/gamification/badges/zqheld{name}/holders")
        found = [
            f"/profile/{name}/" in text or f'"{name}"' in text for text in (_ask(world.people[role], p) for p in paths)
        ]
        assert found == [name not in hiding] * 2, name


def test_live_events_carry_names_and_pictures_only(walked: Any) -> None:
    world, _met = walked
    assert ChannelEvent.objects.exists()
    for event in ChannelEvent.objects.all():
        text = json.dumps(event.data if hasattr(event, "data") else event.payload)
        own = {name for name, person in world.owners.items() if event.channel == f"user.{person.pk}"}
        assert [each.word for each in world.canaries if each.word in text and each.owner not in own] == []


def test_mails_and_exports_of_others_hold_nothing(walked: Any) -> None:
    world, _met = walked
    follower = world.people["follower"]
    given = json.dumps(lifecycle.export(follower), default=str)
    given += "".join(export_lines(actor=follower)) if follower.is_admin else ""
    given += "".join(f"{each.subject} {each.body}" for each in mail.outbox)
    assert [each.word for each in world.canaries if each.is_hidden_from("follower") and each.word in given] == []


@pytest.mark.parametrize("owner", list(SWITCH))
def test_a_switch_holds_at_once_in_spite_of_caches(walked: Any, owner: str) -> None:
    """Everything of a person is read while it is shown, then hidden, then read again: in the same second."""
    world, _met = walked
    about = [route for route in addresses.routes() if route.is_about_people]
    person, follower = world.owners["heronopen"], world.people["follower"]
    hidden = [each.word for each in world.canaries if each.owner == "heronopen" and each.facets & HIDDEN[owner]]

    def seen() -> set[str]:
        found = "".join(
            _ask(follower, path) for route in about for path in addresses.paths(route, world, owner="heronopen")
        )
        return {word for word in hidden if word in found}

    assert seen() == seen() == set(hidden)
    profile.update_profile(actor=person, account=person, **{SWITCH[owner]: False})
    assert seen() == set()
    profile.update_profile(actor=person, account=person, **{SWITCH[owner]: True})
    assert seen() == set(hidden)


# Serializers and events: a new one that shows people has to be looked at, and to say here what it shows.
PEOPLE_AS_JSON = {
    "PersonSerializer": "name and picture",
    "PrivatePersonSerializer": "name and picture",
    "ProfileSerializer": "asks the policy",
    "OwnProfileSerializer": "one's own",
    "AccountSerializer": "one's own",
    "RegisteredSerializer": "one's own",
    "MeSerializer": "one's own",
    "ParticipantSerializer": "name and picture, to who writes with them",
    "ReaderSerializer": "name and picture, to who wrote to them",
}
LIVE_EVENTS = {
    "topic:new_post": "author: name and picture", "comment:new_reply": "author: name and picture",
    "notification:new": "actors: name and picture", "streak:updated": "to its owner alone",
    "message:waiting": "to who was written to alone",
    "badge:unlocked": "to its owner alone", "message:read": "key of who read, to who takes part",
    "user:typing": "key of who types, to who takes part", "message:new": "sender: name and picture, to who takes part",
}  # fmt: skip


def test_every_serializer_of_people_is_known() -> None:
    def below(cls: Any) -> set[Any]:
        return {cls}.union(*(below(sub) for sub in cls.__subclasses__()))

    shown = {each.__name__ for each in below(ModelSerializer) if _model(each) in {User, Profile}}
    assert shown <= set(PEOPLE_AS_JSON), "say what it shows of a person"


def _model(serializer: Any) -> Any:
    return getattr(getattr(serializer, "Meta", None), "model", None)


def test_every_live_event_is_known() -> None:
    call = re.compile(r"realtime\.(?:publish|whisper)\((?:[^()]|\([^()]*\))*?type=\"([a-z:_]+)\"", re.DOTALL)
    sources = [path for path in Path(settings.BASE_DIR).glob("*/**/*.py") if "tests" not in path.parts]
    used = {name for path in sources if ".venv" not in path.parts for name in call.findall(path.read_text())}
    assert used - {"topic:new_post"} <= set(LIVE_EVENTS), "say what it shows of a person"
