"""Referrals: friends who bring friends.

Owns: codes, referrals, the ladder of rewards, and what tells honest invitations from farming.
Hears: profiles, courses. Must never know: notifications, analytics.
"""
