"""Numbers about accounts, shared by services, forms, serializers and pages."""

from datetime import timedelta

from community_platform.core.ratelimits import Limit

USERNAME_LOW, USERNAME_HIGH = 3, 60
DISPLAY_NAME_HIGH = 60
LOGIN_HIGH = 1_000  # of a name, an e-mail or a password at sign-in
PASSWORD_HIGH = 1_000  # hashing longer ones costs without adding anything
AVATAR_SIDE, AVATAR_SMALL = 256, 96  # pixels
COVER, COVER_SMALL = (1600, 400), (800, 200)  # pixels, width and height

TOKEN_NAME_HIGH = 60
TOKEN_DAYS_HIGH = 365
TOKENS_PER_PERSON = 50  # personal ones that have not expired

REGISTRATIONS = Limit("register", 20, 60)  # of one address, as allauth's form
SIGN_IN_ATTEMPTS = Limit("sign-in", 30, 60)  # of one address, right or wrong
SIGN_IN_FAILURES = Limit("sign-in-failed", 5, 300)  # of one login from one address
PROFILE_EDITS = Limit("profile-edit", 60, 300)  # of one person
USERNAME_CHANGES = Limit("username", 3, 30 * 86_400)  # of one person
FOLLOWS_HIGH = 5_000  # people one person follows: the feed reads them all
BIO_HIGH, LOCATION_HIGH = 1_000, 80
AVATARS = Limit("avatar", 20, 3600)  # of one person
DATA_EXPORTS = Limit("data-export", 3, 86_400)  # of one person
SUPPORT_MINUTES = 30  # a view as somebody else ends by itself
SUPPORT_REASON_HIGH = 200
ERASURE_GRACE_DAYS = 14  # between asking for erasure and its happening
TOKENS_MADE = Limit("token-made", 30, 3600)  # of one person

# Penalties. Steps of a day, three days, a week, a month (research/forum.md, table of limits).
PENALTY_REASON_HIGH, PENALTY_NOTE_HIGH = 500, 1_000
PENALTY_DAYS_HIGH = 3_650
PENALTY_PRESETS = {"1d": 1, "3d": 3, "7d": 7, "30d": 30, "good": None}  # days
WARNING_REMEMBERED = timedelta(days=90)
TRUST_CAPS = {"suspension": 0, "silence": 1, "forum_ban": 1}  # trust level while it holds, and for a time after
TRUST_CAP_DAYS = 90  # from its beginning; one that was lifted counts no more

# Reports. A text is hidden until a moderator looks when HIDE_SCORE comes together: three trusted people or one of the
# staff (research/forum.md, table of limits; Discourse waits for about as much). Nobody alone hides a text but staff.
FLAG_NOTE_HIGH = 1_000
FLAG_WEIGHTS = (1, 1, 2, 2)  # by trust level 0-3
FLAG_STAFF_WEIGHT = 6  # moderators, and who looks after the course or category
FLAG_RECORD_FROM, FLAG_RECORD_LAST = 3, 20  # decided reports that tell how accurate a person is
FLAG_RECORD_GOOD, FLAG_RECORD_BAD = 0.8, 0.3  # share of them that were right: from here +1, up to here 0
HIDE_SCORE = 6
HIDE_PEOPLE = 3  # unless one of them is staff or the site itself
REFLAG_HOURS = 24  # after a moderator disagreed, unless the text changed
REMOVAL_REASON_HIGH = 200
CLAIM_MINUTES = 30
