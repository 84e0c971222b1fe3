"""Who may do what with the game. Earning needs no rule: it follows from what people do."""

import rules

from profiles.rules import is_admin, is_member, is_moderator, is_self

rules.add_perm("gamification.set_preferences", is_self)
rules.add_perm("gamification.set_switch", is_admin)
rules.add_perm("gamification.report_bug", is_member)
rules.add_perm("gamification.review_bugs", is_moderator)
rules.add_perm("gamification.set_pins", is_self)
rules.add_perm("gamification.grant_badge", is_admin)
rules.add_perm("gamification.correct_points", is_admin)
rules.add_perm("gamification.give_freezes", is_admin)
