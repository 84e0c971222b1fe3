"""Beginning conversations: one for each pair, groups with an owner, requests from strangers."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from community_platform.core import ratelimits, text
from community_platform.core.db import insert_once
from community_platform.core.errors import Invalid, NotAllowed
from community_platform.core.permissions import ensure
from community_platform.core.rates import limits_for
from messaging.limits import MEMBERS_MAX, TITLE_MAX
from messaging.models import Conversation, MessagingPreference, Participant, RequestState, WhoMayWrite
from messaging.services.seats import lock_conversation, lock_seat, take_seats
from profiles import privacy
from profiles.models import Follow, User


def open_direct(*, actor: Any, person: User) -> tuple[Conversation, bool]:
    """Return the one-to-one of two people and whether it is new; there is one for each pair, also in parallel.

    A stranger's first message waits as a request. Raises Invalid on `participants` for oneself, NotAllowed
    `cannot_message` where one blocked the other or the other takes no new conversations, TooFast.
    """
    ensure(actor, "messaging.write")
    if person.pk == actor.pk:
        raise Invalid(_("You cannot write to yourself."), code="self", field="participants")
    pair = "{}:{}".format(*sorted((actor.pk, person.pk)))
    known = Conversation.objects.filter(pair=pair).first()
    if known is not None:
        return known, False
    state = _admission(actor, person)
    ratelimits.hit(actor.pk, *limits_for(actor, "conversation"))
    with transaction.atomic():
        is_new = insert_once(Conversation, pair=pair, created_by_id=actor.pk)
        conversation = lock_conversation(Conversation.objects.values_list("pk", flat=True).get(pair=pair))
        if is_new:
            take_seats(conversation, [actor.pk])
            take_seats(conversation, [person.pk], request=state)
    return conversation, is_new


def create_group(*, actor: Any, people: Collection[User], title: str = "") -> Conversation:
    """Begin a group of `actor`, who owns it, and `people`. Raises Invalid, NotAllowed `cannot_message`, TooFast."""
    ensure(actor, "messaging.write")
    title = text.clean(title, field="title", low=0, high=TITLE_MAX, multiline=False)
    others = {person.pk: person for person in people if person.pk != actor.pk}
    if not others:
        raise Invalid(_("Name the people to write to."), code="required", field="participants")
    check_room(len(others) + 1)
    check_addable(actor, others.values())
    ratelimits.hit(actor.pk, *limits_for(actor, "conversation"))
    with transaction.atomic():
        conversation = Conversation.objects.create(is_group=True, title=title, created_by=actor)
        take_seats(conversation, [actor.pk], is_owner=True)
        take_seats(conversation, sorted(others))
    return conversation


def answer_request(*, actor: Any, conversation: Conversation, accept: bool) -> Participant:
    """Accept or decline what a stranger wrote. Declining tells them nothing; again changes nothing."""
    ensure(actor, "messaging.write")
    with transaction.atomic():
        seat = lock_seat(conversation.pk, actor.pk)
        if seat.request == RequestState.PENDING:
            seat.request = RequestState.ACCEPTED if accept else RequestState.DECLINED
            seat.save(update_fields=["request"])
    return seat


def check_room(people: int) -> None:
    """Raise Invalid on `participants` for a group above MEMBERS_MAX."""
    if people > MEMBERS_MAX:
        raise Invalid(
            _("A group has at most %(n)d people.") % {"n": MEMBERS_MAX}, code="too_many", field="participants"
        )


def check_addable(actor: Any, people: Collection[User]) -> None:
    """Raise NotAllowed `cannot_message` unless `actor` may put all of `people` into a group.

    Whoever could only be asked (a stranger who takes requests) can be added: they may leave. Two queries.
    """
    wanted = {person.pk for person in people}
    if privacy.may_write_to(actor, wanted) != wanted or not all(person.is_active for person in people):
        raise NotAllowed(_("You cannot write to one of these people."), code="cannot_message")
    closed = MessagingPreference.objects.filter(user__in=wanted).exclude(who_may_write=WhoMayWrite.EVERYONE)
    for preference in closed:
        if not _is_followed_by(actor, preference):
            raise NotAllowed(_("You cannot write to one of these people."), code="cannot_message")


def _admission(actor: Any, person: User) -> RequestState:
    """Return how a first message of `actor` reaches `person`: at once from people they know, else as a request."""
    if not person.is_active or not privacy.may_write_to(actor, [person.pk]):
        raise NotAllowed(_("You cannot write to this person."), code="cannot_message")
    preference = MessagingPreference.objects.filter(user=person).first()
    if preference is not None and not _is_followed_by(actor, preference):
        raise NotAllowed(_("You cannot write to this person."), code="cannot_message")
    return RequestState.ACCEPTED if _know_each_other(actor, person) else RequestState.PENDING


def _is_followed_by(actor: Any, preference: MessagingPreference) -> bool:
    """Tell whether what the person chose admits `actor`; staff are always admitted, for they answer for the school."""
    if actor.is_moderator or preference.who_may_write == WhoMayWrite.EVERYONE:
        return True
    if preference.who_may_write == WhoMayWrite.NOBODY:
        return False
    return Follow.objects.filter(follower=preference.user_id, following=actor).exists()


def _know_each_other(actor: Any, person: User) -> bool:
    """Staff and teachers, whom the person follows, and with whom they talk in a group already are no strangers."""
    if actor.is_moderator or actor.is_instructor:
        return True
    if Follow.objects.filter(follower=person, following=actor).exists():
        return True
    mine = Participant.objects.filter(user=actor, left_at=None, conversation__is_group=True)
    both = Q(conversation__in=mine.values("conversation"), user=person, left_at=None)
    return Participant.objects.filter(both, request=RequestState.ACCEPTED).exists()
