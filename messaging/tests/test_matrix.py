"""Who gets what at every address, channel and file of messages. A route that nobody declared here fails."""

from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import URLPattern

from community_platform.core import realtime
from community_platform.core.errors import NotFound
from messaging import consumers, urls
from messaging.api import urls as api_urls
from messaging.services import attachments, conversations, members, sending
from profiles.services import graph

pytestmark = pytest.mark.django_db
SECRET = "pomegranate"
INSIDE = ("owner", "participant", "blocked")
OUTSIDE = ("left", "removed", "stranger", "moderator", "admin")
PEOPLE = (*INSIDE, *OUTSIDE, "anonymous")


@dataclass(frozen=True)
class Door:
    """One method of one route: what owner, participant and blocked are answered. Others are answered 404.

    `is_own` is about the person alone: everybody who is signed in gets the first answer.
    """

    method: str
    route: str
    answers: tuple[int, int, int]
    body: dict | None = None
    is_own: bool = False


def own(method, route, status=200, body=None):
    return Door(method, route, (status,) * 3, body, is_own=True)


TALK, LINE = "api/messages/conversations/<int:conversation>", "api/messages/<int:message>"
PAGE, ROW = "messages/<int:pk>/", "messages/message/<int:pk>/"
DOORS = (
    own("get", "messages/"),
    own("get", "messages/new/"),
    own("get", "messages/search/?q=omegranat"),
    own("get", "settings/messages/"),
    own("post", "settings/messages/", 302, {"who_may_write": "everyone"}),
    Door("get", "messages/attachments/<int:pk>/", (200, 200, 200)),
    Door("get", f"{ROW}edit/", (404, 200, 404)),
    Door("post", f"{ROW}edit/", (404, 302, 404), {"content": "Changed"}),
    Door("post", f"{ROW}delete/", (403, 302, 403)),
    Door("post", f"{ROW}react/", (302, 302, 403), {"emoji": "👍"}),
    Door("post", f"{ROW}unread/", (302, 302, 302)),
    Door("get", PAGE, (200, 200, 200)),
    Door("get", f"{PAGE}after/", (200, 200, 200)),
    Door("post", f"{PAGE}send/", (302, 302, 403), {"content": "Hello"}),
    Door("post", f"{PAGE}request/", (302, 302, 302), {"answer": "accept"}),
    Door("get", f"{PAGE}people/", (200, 200, 200)),
    Door("post", f"{PAGE}people/add/", (302, 403, 409), {"users": "friend"}),
    Door("post", f"{PAGE}people/<int:user>/remove/", (302, 403, 409)),
    Door("post", f"{PAGE}title/", (302, 403, 409), {"title": "Other"}),
    Door("post", f"{PAGE}leave/", (302, 302, 409)),
    Door("post", f"{PAGE}mute/", (302, 302, 302), {"for": "day"}),
    Door("post", f"{PAGE}archive/", (302, 302, 302), {"archive": "1"}),
    own("get", "api/messages/conversations"),
    own("post", "api/messages/conversations", 201, {"participants": ["friend"]}),
    own("get", "api/messages/unread-count"),
    own("get", "api/messages/search?q=omegranat"),
    own("get", "api/messages/preferences"),
    own("patch", "api/messages/preferences", 200, {"has_typing": False}),
    own("post", "api/messages/attachments", 400, {}),
    own("get", "api/messages/presence"),
    Door("get", TALK, (200, 200, 200)),
    Door("patch", TALK, (200, 403, 409), {"title": "Other"}),
    Door("post", f"{TALK}/messages", (201, 201, 403), {"content": "Hello"}),
    Door("post", f"{TALK}/participants", (200, 403, 409), {"users": ["friend"]}),
    Door("delete", f"{TALK}/participants/<int:user>", (204, 403, 409)),
    Door("post", f"{TALK}/leave", (204, 204, 409)),
    Door("post", f"{TALK}/read", (200, 200, 200)),
    Door("put", f"{TALK}/mute", (200, 200, 200), {"until": None}),
    Door("put", f"{TALK}/archive", (200, 200, 200), {"is_archived": True}),
    Door("put", f"{TALK}/request", (204, 204, 204), {"accept": True}),
    Door("put", f"{TALK}/draft", (204, 204, 204), {"content": "Half"}),
    Door("get", LINE, (200, 200, 200)),
    Door("put", LINE, (403, 200, 403), {"content": "Changed"}),
    Door("delete", LINE, (403, 204, 403)),
    Door("put", f"{LINE}/read", (200, 200, 200)),
    Door("put", f"{LINE}/unread", (200, 200, 200)),
    Door("get", f"{LINE}/readers", (200, 200, 200)),
    Door("post", f"{LINE}/reactions", (200, 200, 403), {"emoji": "👍"}),
    Door("delete", f"{LINE}/reactions?emoji=x", (200, 200, 200)),
    Door("post", f"{LINE}/flag", (201, 403, 201), {"reason": "spam"}),
)  # fmt: skip


def _routes() -> set[tuple[str, str]]:
    """Return (method, route) of every API view, and ("any", route) of every page, out of the resolver."""
    found = set()
    for prefix, module in (("", urls), ("api/", api_urls)):
        for pattern in module.urlpatterns:
            assert isinstance(pattern, URLPattern)
            route, view = f"{prefix}{pattern.pattern}", getattr(pattern.callback, "cls", None)
            methods = [name for name in ("get", "post", "put", "patch", "delete") if hasattr(view, name)]
            found |= {(method, route) for method in methods} if view else {("any", route)}
    return found


def test_every_route_is_declared_and_every_declaration_exists():
    declared = {
        (door.method if door.route.startswith("api/") else "any", door.route.split("?")[0]) for door in DOORS
    }
    assert declared == _routes()


@pytest.fixture
def world(make_user, settings, tmp_path):
    """A group with everybody's history in it, and the one-to-one of its owner with whom they have blocked."""
    settings.MEDIA_ROOT, settings.RATE_LIMIT_SCALE = tmp_path, 1000
    roles = {"moderator": "moderator", "admin": "admin"}
    people = {
        name: make_user(name, role=roles.get(name, "student")) for name in (*INSIDE, *OUTSIDE, "friend")
    }
    owner = people["owner"]
    members_of = [people[name] for name in ("participant", "left", "removed", "friend")]
    group = conversations.create_group(actor=owner, people=members_of, title="Group")
    graph.follow(actor=owner, person=people["blocked"])
    pair = conversations.open_direct(actor=people["blocked"], person=owner)[0]

    def say(sender, talk):
        file = SimpleUploadedFile("notes.txt", SECRET.encode())
        row = attachments.upload(actor=sender, file=file)
        return sending.send(actor=sender, conversation=talk, content=SECRET, attachment_ids=[row.pk])[0], row

    in_group, in_pair = say(people["participant"], group), say(owner, pair)
    members.leave(actor=people["left"], conversation=group)
    members.remove_person(actor=owner, conversation=group, person=people["removed"])
    graph.block(actor=owner, person=people["blocked"])
    return SimpleNamespace(people=people, group=(group, *in_group), pair=(pair, *in_pair))


def _address(door, world, name):
    talk, message, file = world.pair if name == "blocked" else world.group
    filled = {
        "<int:conversation>": talk.pk, "<int:message>": message.pk, "<int:user>": world.people["friend"].pk,
        "<int:pk>": file.pk if "attachments" in door.route else message.pk if "/message/" in door.route else talk.pk,
    }  # fmt: skip
    path = f"/{door.route}"
    for word, value in filled.items():
        path = path.replace(word, str(value))
    return path


def _expected(door, name):
    if name == "anonymous":
        return 401 if door.route.startswith("api/") else 302
    if door.is_own:
        return door.answers[0]
    return door.answers[INSIDE.index(name)] if name in INSIDE else 404


@pytest.mark.parametrize("name", PEOPLE)
def test_who_is_answered_what(world, as_html, as_api, name):
    wrong = []
    person = world.people.get(name)
    for door in DOORS:
        body = door.body
        is_api = door.route.startswith("api/")
        if is_api and body:
            ids = {"friend": world.people["friend"].pk}
            body = {
                key: [ids[one] for one in value] if key in {"users", "participants"} else value
                for key, value in body.items()
            }
        with transaction.atomic():  # each door finds the world as it was
            client = as_api(person) if is_api else as_html(person)
            how = {"format": "multipart" if door.route.endswith("attachments") else "json"} if is_api else {}
            how = how if door.method != "get" else {}
            answer = getattr(client, door.method)(_address(door, world, name), body, **how)
            transaction.set_rollback(True)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code != _expected(door, name):
            wrong.append(f"{door.method} {door.route}: {answer.status_code}, not {_expected(door, name)}")
        elif name not in INSIDE and SECRET.encode() in text:
            wrong.append(f"{door.method} {door.route}: shows what was written")
        elif name == "anonymous" and not is_api and "/accounts/login/" not in answer["Location"]:
            wrong.append(f"{door.method} {door.route}: leads to {answer['Location']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", PEOPLE)
def test_channel_and_frames_are_for_who_takes_part(world, name):
    talk, message, _file = world.pair if name == "blocked" else world.group
    person = world.people.get(name) or AnonymousUser()
    channel = f"conv.{talk.pk}"
    heard = realtime.sync(person, {channel: 0})
    assert bool(heard.events) == (name in INSIDE)
    assert (channel in heard.denied) == (name not in INSIDE)
    if name in INSIDE:
        assert consumers.read(person, {"channel": channel, "up_to_id": message.pk}) == {"unread_count": 0}
    elif name != "anonymous":  # whose socket is refused before any frame
        for frame, d in ((consumers.read, {"up_to_id": message.pk}), (consumers.typing, {"state": "start"})):
            with pytest.raises(NotFound):
                frame(person, {"channel": channel, **d})
