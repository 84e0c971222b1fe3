"""`manage.py runserver`: Django's development command, serving websockets as well."""

from typing import Any

import uvicorn
from django.core.management.commands.runserver import Command as RunserverCommand
from django.utils import autoreload

from community_platform.server import APPLICATION, options


class Command(RunserverCommand):
    help = "Serve the site for development, with reloading."
    addr: str
    port: str
    _raw_ipv6: bool

    def inner_run(self, *args: Any, **kwargs: Any) -> None:
        autoreload.raise_last_exception()
        self.stdout.write("Performing system checks…")
        self.check(display_num_errors=True)
        self.check_migrations()
        address = f"[{self.addr}]" if self._raw_ipv6 else self.addr
        self.stdout.write(f"Listening on http://{address}:{self.port}/ — Ctrl-C ends it.")
        uvicorn.Server(uvicorn.Config(APPLICATION, **options(self.addr, int(self.port)))).run()
