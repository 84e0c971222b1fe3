"""Gamification: what keeps people coming back.

Owns: the daily activity and the streak; later the points ledger, levels, badges, leaderboards.
Hears: forum, courses, profiles. Must never know: referrals, notifications, analytics.
"""
