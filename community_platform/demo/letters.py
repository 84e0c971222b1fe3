"""Private messages of the demo school: pairs, a group, a request, read and unread."""

from datetime import timedelta

from community_platform.demo.seeding import Seeding
from messaging.models import Conversation, Message, MessageRead, Participant
from messaging.services import conversations, reading, sending
from profiles.models import User
from profiles.services import graph

# Who writes what to whom, oldest first; hours before now.
PAIR = (
    ("boris", 30, "Hi Anna! Did you get the loop in exercise 4 to stop?"),
    ("anna", 29.8, "Yes: `range(1, n + 1)`. The end is not included, that had me for an hour 😅"),
    ("boris", 29.7, "Of course… Thank you! I owe you one."),
    ("anna", 5, "Are you coming to the reading circle on Thursday?"),
    ("boris", 1.2, "I am. Shall I bring the notes on recursion?\n\n1. what stops it\n2. what it costs"),
    ("boris", 1.1, "And: **did you see** the new quiz?"),
)
TEACHER = (
    ("irina", 50, "Anna, your project reads well. Look at the names in `main()` once more, then hand it in."),
    ("anna", 49, "Thank you! I renamed them and added a test."),
    ("irina", 48.5, "That is exactly it. 👏"),
)
GROUP = (
    ("chen", 72, "Welcome, everybody! Chapter 3 until Thursday?"),
    ("anna", 71, "Fine with me."),
    ("boris", 70.5, "Я за. Можно по-русски? Формулу из 3.2 я так и не понял: $\\sum_{i=1}^{n} i = \\frac{n(n+1)}{2}$"),
    ("anna", 70, "Конечно! Сложи первое с последним, второе с предпоследним — каждая пара даёт $n+1$."),
    ("chen", 3, "I put the slides into the lesson's discussion."),
)
STRANGER = "Hello! I saw your answer about closures. May I ask you something about it?"


def make(run: Seeding) -> None:
    """Let the people of the school have written to each other. Through the services, dated afterwards."""
    names = ("anna", "boris", "chen", "irina")
    people = {person.username: person for person in User.objects.with_roles().filter(username__in=names)}
    if len(people) < len(names):
        return
    graph.follow(actor=people["boris"], person=people["anna"])
    graph.follow(actor=people["anna"], person=people["boris"])
    _write(run, people, conversations.open_direct(actor=people["anna"], person=people["boris"])[0], PAIR)
    _write(run, people, conversations.open_direct(actor=people["irina"], person=people["anna"])[0], TEACHER)
    stranger = User.objects.with_roles().get(pk=run.students[-1])  # not followed by anybody named above
    request = conversations.open_direct(actor=stranger, person=people["anna"])[0]
    _write(run, {"stranger": stranger, **people}, request, (("stranger", 8, STRANGER),))
    group = conversations.create_group(
        actor=people["chen"], people=[people["anna"], people["boris"]], title="Reading circle"
    )
    _write(run, people, group, GROUP)


def _write(
    run: Seeding, people: dict[str, User], talk: Conversation, lines: tuple[tuple[str, float, str], ...]
) -> None:
    for name, hours, words in lines:
        message, _new = sending.send(actor=people[name], conversation=talk, content=words)
        at = run.now - timedelta(hours=hours)
        Message.objects.filter(pk=message.pk).update(created_at=at)
        MessageRead.objects.filter(message=message).update(read_at=at)
        Participant.objects.filter(conversation=talk, user=people[name]).update(last_read_at=at)
        Conversation.objects.filter(pk=talk.pk).update(last_message_at=at)
    for seat in Participant.objects.filter(conversation=talk, user=people["boris"]).select_related("user"):
        reading.mark_conversation_read(actor=seat.user, conversation=talk)
