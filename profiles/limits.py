"""Numbers about accounts, shared by services, forms, serializers and pages."""

from community_platform.core.ratelimits import Limit

USERNAME_LOW, USERNAME_HIGH = 3, 60
DISPLAY_NAME_HIGH = 60
LOGIN_HIGH = 1_000  # of a name, an e-mail or a password at sign-in
PASSWORD_HIGH = 1_000  # hashing longer ones costs without adding anything
AVATAR_SIDE = 256  # pixels

TOKEN_NAME_HIGH = 60
TOKEN_DAYS_HIGH = 365
TOKENS_PER_PERSON = 50  # personal ones that have not expired

REGISTRATIONS = Limit("register", 20, 60)  # of one address, as allauth's form
SIGN_IN_ATTEMPTS = Limit("sign-in", 30, 60)  # of one address, right or wrong
SIGN_IN_FAILURES = Limit("sign-in-failed", 5, 300)  # of one login from one address
PROFILE_EDITS = Limit("profile-edit", 60, 300)  # of one person
AVATARS = Limit("avatar", 20, 3600)  # of one person
TOKENS_MADE = Limit("token-made", 30, 3600)  # of one person
