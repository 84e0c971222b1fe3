"""The number of unread messages, over random histories, against a model that does nothing but remember."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messaging.models import Conversation, Message
from messaging.selectors import inbox
from messaging.services import conversations, editing, members, reading, sending
from profiles.services import graph

pytestmark = pytest.mark.django_db
PEOPLE = ("anna", "boris", "chen")
ACTS = (
    "send",
    "send",
    "send",
    "read",
    "unread",
    "edit",
    "delete",
    "mute",
    "unmute",
    "leave",
    "rejoin",
    "read all",
)
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 1), st.integers(0, 9))


@dataclass
class Naive:
    """A group: every line as (who said it, is it gone, is it a text), and what each person has before them."""

    lines: list[list] = field(default_factory=list)
    unread: dict[str, set[int]] = field(default_factory=lambda: {name: set() for name in PEOPLE})
    present: set[str] = field(default_factory=lambda: set(PEOPLE))
    came: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))
    muted: set[str] = field(default_factory=set)

    def say(self, who: str, *, text: bool = True) -> None:
        self.lines.append([who, False, text])
        for name in self.present - {who}:
            self.unread[name].add(len(self.lines))
        if text:
            self.unread[who].clear()

    def waits(self, who: str) -> int:
        texts = (self.lines[seq - 1] for seq in self.unread[who] if seq > self.came[who])
        return sum(not gone and text and sender != who for sender, gone, text in texts)


def act(talk: Conversation, naive: Naive, people: dict, what: str, who: str, pick: int) -> None:
    """Do one thing to both; what nobody could do is left out."""
    person, is_here = people[who], who in naive.present
    if what == "rejoin":
        owner = next(iter(naive.present & {"anna"}), None)
        if owner and not is_here:
            members.add_people(actor=people["anna"], conversation=talk, people=[person])
            naive.came[who] = len(naive.lines)
            naive.present.add(who)
            naive.unread[who].clear()
            naive.say("anna", text=False)
        return
    if not is_here or (what == "leave" and who == "anna"):
        return
    row = Message.objects.filter(
        conversation=talk, seq=len(naive.lines) - pick, seq__gt=naive.came[who]
    ).first()
    if what == "send":
        sending.send(actor=person, conversation=talk, content=f"Line {len(naive.lines)}")
        naive.say(who)
    elif what == "read" and row:
        reading.mark_read(actor=person, message=row)
        naive.unread[who] -= set(range(row.seq + 1))
    elif what == "read all":
        reading.mark_conversation_read(actor=person, conversation=talk)
        naive.unread[who].clear()
    elif what == "unread" and row:
        reading.mark_unread(actor=person, message=row)
        naive.unread[who] |= set(range(row.seq, len(naive.lines) + 1))
    elif what in {"edit", "delete"} and row and row.sender_id == person.pk and row.kind == "text":
        if what == "delete":
            editing.delete_message(actor=person, message=row)
            naive.lines[row.seq - 1][1] = True
        elif not row.is_deleted:
            editing.edit_message(actor=person, message=row, content=f"Changed {pick}")
    elif what in {"mute", "unmute"}:
        until = timezone.now() + timedelta(days=1) if what == "mute" else None
        members.mute(actor=person, conversation=talk, until=until)
        (naive.muted.add if what == "mute" else naive.muted.discard)(who)
    elif what == "leave":
        members.leave(actor=person, conversation=talk)
        naive.present.discard(who)
        naive.unread[who].clear()
        naive.say(who, text=False)


@pytest.fixture
def people(make_user):
    found = {name: make_user(name) for name in PEOPLE}
    for name in PEOPLE[1:]:
        graph.follow(actor=found[name], person=found["anna"])
    return found


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=30))
def test_badge_inbox_and_api_say_what_a_naive_model_says(people, as_api, steps):
    cache.clear()
    with transaction.atomic():
        talks = [
            conversations.create_group(actor=people["anna"], people=list(people.values()), title=f"Group {n}")
            for n in range(2)
        ]
        models = [Naive(), Naive()]
        for what, who, which, pick in steps:
            act(talks[which], models[which], people, what, PEOPLE[who], pick)
        for name, person in people.items():
            counts = {
                talk.pk: naive.waits(name)
                for talk, naive in zip(talks, models, strict=True)
                if name in naive.present
            }
            muted = [naive for naive in models if name in naive.muted]
            loud = {
                talk.pk: counts[talk.pk]
                for talk, naive in zip(talks, models, strict=True)
                if talk.pk in counts and naive not in muted
            }
            rows = {seat.conversation_id: seat.unread_count for seat in inbox.inbox(person)}
            assert rows == counts
            assert inbox.unread(person) == inbox.Unread(sum(loud.values()), sum(map(bool, loud.values())))
            api = as_api(person)
            shown = api.get("/api/messages/conversations").json()["results"]
            assert {row["id"]: row["unread_count"] for row in shown} == counts
            assert api.get("/api/messages/unread-count").json()["unread_count"] == sum(loud.values())
        transaction.set_rollback(True)


def test_the_envelope_of_the_header_says_the_same(people, as_html):
    talk = conversations.create_group(actor=people["anna"], people=[people["boris"]], title="Both")
    for n in range(3):
        sending.send(actor=people["anna"], conversation=talk, content=f"Line {n}")
    page = as_html(people["boris"]).get("/messages/")
    envelope = page.content.decode().split('data-behaviour="envelope"')[1].split("</a>")[0]
    assert ">3<" in envelope
    assert (
        [seat.unread_count for seat in page.context["seats"]] == [inbox.unread_count(people["boris"])] == [3]
    )
