"""The Celery application. Settings come from Django under the `CELERY_` prefix."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")

app = Celery("community_platform")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.set_default()  # Celery's "current app" is per thread: without this, requests would queue to a broker nobody reads
app.autodiscover_tasks()
