"""Who may do what with invitations."""

from typing import Any

import rules

from community_platform.core.permissions import about
from profiles.rules import is_admin, is_member, is_moderator


@about
def is_own(user: Any, code: Any) -> bool:
    return bool(code.user_id == user.pk)


@about
def takes_no_part(user: Any, referral: Any) -> bool:
    return user.pk not in {referral.referrer_id, referral.referee_id}


rules.add_perm("referrals.make_code", is_member)
rules.add_perm("referrals.edit_code", is_own | is_admin)
rules.add_perm("referrals.enter_code", is_member)
rules.add_perm("referrals.review", is_moderator & takes_no_part)
rules.add_perm("referrals", is_moderator)
rules.add_perm("referrals.view_referral", is_moderator)
rules.add_perm("referrals.view_referralcode", is_moderator)
