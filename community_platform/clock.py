"""What Celery beat does and how often: seconds, or a crontab in UTC."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "prune-realtime-log": {"task": "community_platform.core.tasks.prune_realtime_log", "schedule": 3600.0},
    "prune-idempotency-keys": {
        "task": "community_platform.core.tasks.prune_idempotency_keys",
        "schedule": 3600.0,
    },
    "unpin-topics": {"task": "forum.tasks.unpin_expired_topics", "schedule": 300.0},
    "beat-alive": {"task": "community_platform.core.tasks.beat_alive", "schedule": 30.0},
    "close-overdue-attempts": {"task": "courses.tasks.close_overdue_attempts", "schedule": 60.0},
    "issue-missing-certificates": {"task": "courses.tasks.issue_missing_certificates", "schedule": 3600.0},
    "close-unpaid-orders": {"task": "courses.tasks.close_unpaid_orders", "schedule": 300.0},
    "clean-up-writing": {"task": "forum.tasks.clean_up_writing", "schedule": 3600.0},
    "tend-personal-data": {"task": "profiles.tasks.tend_personal_data", "schedule": 120.0},
    "rollover-streaks": {"task": "gamification.tasks.rollover_streaks", "schedule": 900.0},
    "remind-of-streaks": {"task": "gamification.tasks.remind_of_streaks", "schedule": 900.0},
    "snapshot-leaderboards": {"task": "gamification.tasks.snapshot_leaderboards", "schedule": 900.0},
    "settle-badges": {"task": "gamification.tasks.settle_badges", "schedule": 86_400.0},
    "settle-referrals": {"task": "referrals.tasks.settle_referrals", "schedule": 3600.0},
    "forget-traces": {"task": "referrals.tasks.forget_traces", "schedule": 86_400.0},
    "raise-trust-levels": {"task": "forum.tasks.raise_trust_levels", "schedule": 86_400.0},
    "mend-search-names": {"task": "forum.tasks.mend_search_names", "schedule": 86_400.0},
    "prune-inbox": {"task": "notifications.tasks.inbox.prune_inbox", "schedule": 86_400.0},
    "aggregate-today": {"task": "analytics.tasks.aggregate_today", "schedule": 900.0},
    "aggregate-night": {"task": "analytics.tasks.aggregate_night", "schedule": 86_400.0},
    "discard-attachments": {"task": "messaging.tasks.discard_attachments", "schedule": 3600.0},
    "send-outbox": {"task": "notifications.tasks.send_outbox", "schedule": 10.0},
    "plan-digests": {"task": "notifications.tasks.plan_digests", "schedule": 900.0},
    "prune-outbox": {"task": "notifications.tasks.prune_outbox", "schedule": 86_400.0},
}
