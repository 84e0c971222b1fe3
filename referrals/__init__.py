"""Referrals: friends who bring friends.

Owns: codes, referrals, rewards. Empty until its issue.
Must never know: notifications, analytics.
"""
