"""The queue of an installation without Redis: one Celery worker and beat on threads of the server process.

Started by a server only (asgi.py). Everywhere else tasks run in place, so that a `.delay()` in a shell is never lost
in a private queue.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery, current_app
from celery.beat import EmbeddedService

logger = logging.getLogger(__name__)


class EmbeddedWorker:
    """At most one per process; daemon threads, because the work of a lost process is repeated by its schedule."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None

    @property
    def is_alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, app: Celery) -> None:
        """Start worker and beat unless they run, and send tasks to them from now on."""
        if self.is_alive:
            return
        app.conf.task_always_eager = False
        self._thread = threading.Thread(target=self._work, args=(app,), name="celery-worker", daemon=True)
        self._thread.start()
        beat = EmbeddedService(app, thread=True, max_interval=5)
        beat.daemon = True
        beat.start()

    def _work(self, app: Celery) -> None:
        try:
            app.WorkController(
                pool="solo", concurrency=1, without_heartbeat=True, without_mingle=True, without_gossip=True
            ).start()
        except Exception:
            logger.exception("the embedded worker ended; /health/ready says so")


embedded_worker = EmbeddedWorker()


@contextmanager
def in_place() -> Iterator[None]:
    """Do the tasks that are sent from here at once: a queue would hold them against who comes after."""
    before, current_app.conf.task_always_eager = current_app.conf.task_always_eager, True
    try:
        yield
    finally:
        current_app.conf.task_always_eager = before
