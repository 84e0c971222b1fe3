"""Two accounts of one person become one: conversations are joined. A part of merging accounts.

A one-to-one is named by the two accounts, so it gets the name of the account that stays. Where that one has talked to
the same person, too, and for what the two accounts wrote to each other, the other conversation goes on as a group: its
messages keep their numbers and their readers.
"""

from typing import Any

from messaging.models import Conversation, Message, Participant


def join_messages(keep: Any, absorb: Any) -> int:
    """Let messages be those of the account that stays; ids of repeated sending are no longer needed."""
    return Message.objects.filter(sender=absorb).update(sender=keep, client_id=None, fingerprint="")


def join_seats(keep: Any, absorb: Any) -> int:
    """Move seats, conversation by conversation, with its row locked."""
    rows = list(
        Participant.objects.filter(user=absorb).order_by("conversation_id").values_list("pk", "conversation")
    )
    for pk, conversation_id in rows:
        conversation = Conversation.objects.select_for_update(no_key=True).get(pk=conversation_id)
        seat = Participant.objects.get(pk=pk)
        mine = Participant.objects.filter(conversation=conversation, user=keep).first()
        if mine is not None:
            _join(mine, seat)
        else:
            Participant.objects.filter(pk=pk).update(user=keep)
        if not conversation.is_group:
            _rename(conversation, keep)
    return len(rows)


def _join(mine: Participant, seat: Participant) -> None:
    """Let one seat stand for both: present if either is, read as far as either did."""
    mine.joined_seq = min(mine.joined_seq, seat.joined_seq)
    mine.joined_at = min(mine.joined_at, seat.joined_at)
    mine.last_read_seq = max(mine.last_read_seq, seat.last_read_seq)
    mine.last_read_at = max(filter(None, (mine.last_read_at, seat.last_read_at)), default=None)
    mine.left_at = None if mine.left_at is None or seat.left_at is None else max(mine.left_at, seat.left_at)
    mine.is_owner = mine.is_owner or seat.is_owner
    mine.draft = mine.draft or seat.draft
    seat.delete()
    mine.save()


def _rename(conversation: Conversation, keep: Any) -> None:
    people = sorted(Participant.objects.filter(conversation=conversation).values_list("user", flat=True))
    pair = ":".join(map(str, people))
    if len(people) == 2 and not Conversation.objects.filter(pair=pair).exclude(pk=conversation.pk).exists():
        conversation.pair = pair
    else:
        conversation.is_group, conversation.pair = True, ""
        Participant.objects.filter(conversation=conversation, user=keep).update(is_owner=True)
    conversation.save(update_fields=["is_group", "pair"])
