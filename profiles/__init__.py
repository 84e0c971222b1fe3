"""Profiles: who people are.

Owns: the account, roles, API tokens, the public profile, privacy, follows, activity feed, suspensions.
Publishes: UserRegistered, EmailConfirmed.
Must never know: courses, forum, messages, points, referrals, notifications, analytics.
"""
