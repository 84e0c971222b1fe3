"""Numbers of surveys and exports."""

from datetime import timedelta

NPS_REST = timedelta(days=90)  # between two questions to one member, whether answered or not
NPS_ACTIVE_DAYS = 14  # a member has learned on so many days before being asked
NPS_MINIMUM = 10  # answers below which nothing is shown
NPS_WINDOW = timedelta(days=180)
COMMENT_MAX = 1000
LATENCY_KEPT = timedelta(days=90)
EXPORT_BACKGROUND_ROWS = 20_000  # larger tables are made by a worker
EXPORT_KEPT = timedelta(days=2)
