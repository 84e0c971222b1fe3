"""Messaging: private conversations.

Owns: conversations, messages, attachments, read points, blocks. Empty until its issue.
Must never know: forum, points, referrals, notifications, analytics.
"""
