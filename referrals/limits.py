"""Numbers that form, API and database share."""

import re
from datetime import timedelta

from community_platform.core.ratelimits import Limit

# No vowels, so no words; none of 0 O 1 I L, which are read as one another. 28^6 = 481 million a prefix.
ALPHABET = "BCDFGHJKMNPQRSTVWXYZ23456789"
RANDOM_LENGTH = 6
PREFIX_HIGH = 12
CODE_HIGH = PREFIX_HIGH + 1 + RANDOM_LENGTH
CODE = re.compile(r"\A[A-Za-z0-9]{1,12}-[A-Za-z0-9]{6}\Z")

LABEL_HIGH = 60
USES_HIGH = 1_000_000
CODES_PER_PERSON = 50
CODES_MADE = Limit("referral-code", 5, 86_400)  # of one person
CODES_TRIED = Limit("referral-try", 10, 3600)  # by hand, of one person: codes are not to be guessed

ATTRIBUTION = timedelta(days=30)  # how long a link that was followed is remembered
MANUAL_ENTRY = timedelta(days=7)  # after joining
TRACES_KEPT = timedelta(days=90)  # digests of addresses and devices

REASON_HIGH = 200
CODE_COOKIE, DEVICE_COOKIE = "invited_by", "device"
CODE_SALT, DEVICE_SALT = "referrals.code", "referrals.device"
DEVICE_SECONDS = 400 * 86_400
