"""`manage.py serve`: the server of the demo and of production."""

import os
from argparse import ArgumentParser
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand

from community_platform.server import APPLICATION, options


class Command(BaseCommand):
    help = "Serve pages, API and websockets. Without Redis the process carries the job worker too."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or 8000))
        parser.add_argument(
            "--workers", type=int, default=1, help="server processes; more than one needs REDIS_URL"
        )

    def handle(self, *args: Any, host: str, port: int, workers: int, **kwargs: Any) -> None:
        os.environ["WEB_CONCURRENCY"] = str(
            workers
        )  # the checks below, and those of each worker, count with it
        self.check()
        self.stdout.write(f"Listening on http://{host}:{port} — Ctrl-C ends it.")
        self.stdout.flush()
        uvicorn.run(APPLICATION, workers=workers, **options(host, port))
