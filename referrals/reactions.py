"""A confirmed mailbox or a finished course may earn an invitation something; then badges are looked at."""

from community_platform.core.events import subscribe
from courses.events import CourseCompleted
from gamification.tasks import soon
from profiles.events import EmailConfirmed
from referrals.events import ReferralRegistered, ReferralRewarded
from referrals.services import rewarding


def friend_moved_on(event: EmailConfirmed | CourseCompleted) -> None:
    rewarding.settle_for(user_id=event.user_id)


def registered(event: ReferralRegistered) -> None:
    soon("referral.joined", event.user_id)


def rewarded(event: ReferralRewarded) -> None:
    if event.is_inviter and event.reason == "completed":
        soon("referral.completed", event.user_id)


subscribe(EmailConfirmed, friend_moved_on)
subscribe(CourseCompleted, friend_moved_on)
subscribe(ReferralRegistered, registered)
subscribe(ReferralRewarded, rewarded)
