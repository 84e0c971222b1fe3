"""What must hold between accounts, profiles and follows."""

from community_platform.core.consistency import alarm, count_of, counter, register
from profiles.models import Follow, Profile, User

register(
    counter(
        "profiles.followers_count", "followers of a person", Profile, "followers_count",
        count_of(Follow.objects.all(), "following"),
    ),
    counter(
        "profiles.following_count", "people a person follows", Profile, "following_count",
        count_of(Follow.objects.all(), "follower"),
    ),
    alarm("profiles.profile", "every account has its profile", lambda: User.objects.filter(profile=None)),
)  # fmt: skip
