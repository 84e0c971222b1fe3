"""What happens in courses, the game, among friends and in conversations: who hears of it."""

from community_platform.core.events import subscribe
from courses.events import CertificateIssued, CertificateRevoked, OrderRefunded, ReviewPosted, ReviewReplied
from courses.models import Certificate, Order, Review
from forum.events import ContentDeleted, TrustLevelReached
from gamification.events import LevelReached, StreakUpdated
from gamification.selectors.preferences import is_shown
from messaging.events import MessageSent
from messaging.models import Participant, RequestState
from notifications import catalogue
from notifications.catalogue import Kind
from notifications.services import lines
from notifications.services.inbox import notify
from profiles.events import Followed
from profiles.models import Follow, User
from referrals.events import LadderReached, ReferralRewarded


def followed(event: Followed) -> None:
    """New followers gather in one line; who left again meanwhile is not told."""
    follower = User.objects.filter(pk=event.follower_id).first()
    if follower is None or not Follow.objects.filter(follower=follower, following=event.following_id).exists():
        return
    notify(
        user_ids=[event.following_id], kind=catalogue.FOLLOWER, actor_id=follower.pk, subject="",
        url=follower.get_absolute_url(), key=f"follow:{follower.pk}:{event.at:%Y%m%d}", group="followers",
    )  # fmt: skip


def certificate_issued(event: CertificateIssued) -> None:
    _certificate(event.certificate_id, catalogue.CERTIFICATE)


def certificate_revoked(event: CertificateRevoked) -> None:
    _certificate(event.certificate_id, catalogue.CERTIFICATE_REVOKED)


def _certificate(pk: int, kind: Kind) -> None:
    row = Certificate.objects.filter(pk=pk).select_related("course").first()
    if row is not None and row.user_id is not None:
        notify(
            user_ids=[row.user_id], kind=kind, actor_id=None, subject=row.course.title, url=row.get_absolute_url(),
            key=f"{kind.name}:{row.pk}",
        )  # fmt: skip


def review_posted(event: ReviewPosted) -> None:
    """Whoever teaches the course hears of it: its owner and its instructors."""
    review = _review(event.review_id)
    if review is None:
        return
    course = review.course
    teachers = {course.instructor_id, *(int(pk) for pk, role in course.team.items() if role == "instructor")}
    notify(
        user_ids=teachers, kind=catalogue.REVIEW_POSTED, actor_id=review.user_id, subject=course.title,
        url=review.get_absolute_url(), key=f"review:{review.pk}", group=f"reviews:{course.pk}",
    )  # fmt: skip


def review_replied(event: ReviewReplied) -> None:
    review = _review(event.review_id)
    if review is not None:
        notify(
            user_ids=[event.user_id], kind=catalogue.REVIEW_REPLY, actor_id=event.actor_id,
            subject=review.course.title, url=review.get_absolute_url(), key=f"review_reply:{review.pk}",
        )  # fmt: skip


def _review(pk: int) -> Review | None:
    return Review.objects.filter(pk=pk).select_related("course").first()


def order_refunded(event: OrderRefunded) -> None:
    order = Order.objects.filter(pk=event.order_id).select_related("course").first()
    if order is not None and event.user_id is not None:
        notify(
            user_ids=[event.user_id], kind=catalogue.REFUND, actor_id=None, subject=order.course.title,
            url=order.get_absolute_url(), key=f"refund:{order.pk}:{event.amount_minor}",
        )  # fmt: skip


def level_reached(event: LevelReached) -> None:
    _game(event.user_id, catalogue.LEVEL, str(event.level), "/points/", f"level:{event.level}")


def streak_updated(event: StreakUpdated) -> None:
    if event.milestone is not None:
        key = f"streak_milestone:{event.milestone}:{event.on}"
        _game(event.user_id, catalogue.STREAK_MILESTONE, str(event.milestone), "/streak/", key)


def trust_reached(event: TrustLevelReached) -> None:
    _game(event.user_id, catalogue.TRUST, str(event.level), "/forum/trust/", f"trust:{event.level}")


def _game(user_id: int, kind: Kind, subject: str, url: str, key: str) -> None:
    """Tell something of the game to whoever is shown it."""
    person = User.objects.filter(pk=user_id).first()
    if person is not None and (kind is catalogue.TRUST or is_shown(person)):
        notify(user_ids=[user_id], kind=kind, actor_id=None, subject=subject, url=url, key=key)


def referral_rewarded(event: ReferralRewarded) -> None:
    notify(
        user_ids=[event.user_id], kind=catalogue.REFERRAL, actor_id=None, subject=str(event.points),
        url="/referrals/", key=f"referral:{event.referral_id}:{event.reason}:{event.is_inviter:d}",
    )  # fmt: skip


def ladder_reached(event: LadderReached) -> None:
    notify(
        user_ids=[event.user_id], kind=catalogue.LADDER, actor_id=None, subject=str(event.min_referrals),
        url="/referrals/", key=f"ladder:{event.step_id}",
    )  # fmt: skip


def message_sent(event: MessageSent) -> None:
    """A stranger's first words are told once a conversation. All other messages have a badge of their own."""
    asked = Participant.objects.filter(
        conversation=event.conversation_id, request=RequestState.PENDING, left_at=None
    ).exclude(user=event.sender_id)
    notify(
        user_ids=list(asked.values_list("user", flat=True)), kind=catalogue.MESSAGE_REQUEST,
        actor_id=event.sender_id, subject="", url=f"/messages/{event.conversation_id}/",
        key=f"request:{event.conversation_id}",
    )  # fmt: skip


def content_deleted(event: ContentDeleted) -> None:
    """What is gone is counted no more where others stand in the same line; a line of its own is hidden with it."""
    if event.kind in {"post", "comment"}:
        lines.leave_out(event.kind, event.object_id)


subscribe(Followed, followed)
subscribe(CertificateIssued, certificate_issued)
subscribe(CertificateRevoked, certificate_revoked)
subscribe(ReviewPosted, review_posted)
subscribe(ReviewReplied, review_replied)
subscribe(OrderRefunded, order_refunded)
subscribe(LevelReached, level_reached)
subscribe(StreakUpdated, streak_updated)
subscribe(TrustLevelReached, trust_reached)
subscribe(ReferralRewarded, referral_rewarded)
subscribe(LadderReached, ladder_reached)
subscribe(MessageSent, message_sent)
subscribe(ContentDeleted, content_deleted)
