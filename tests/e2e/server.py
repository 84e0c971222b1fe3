"""A server process of its own, with its own database and the small demo school."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
PREPARATION = (
    ["migrate", "-v0"],
    ["build_assets"],
    ["collectstatic", "--noinput", "-v0"],
    ["seed_demo", "--scale", "small"],
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fresh_database(directory: Path) -> str:
    """Return the URL of an empty database: beside the suite's own on PostgreSQL, a file otherwise."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        return f"sqlite:///{directory / 'e2e.sqlite3'}"
    parts = urlsplit(url)
    name = f"{parts.path.strip('/')}_e2e_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def running_site(directory: Path) -> Iterator[str]:
    """Start the site, on Redis with a worker beside it, and yield its address."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": fresh_database(directory),
        "MEDIA_ROOT": str(directory / "media"),
        "STATIC_ROOT": str(directory / "static"),  # other tests collect files too, on another worker
        "SITE_URL": f"http://127.0.0.1:{port}",
        "RATE_LIMIT_SCALE": "50",
        "REDIS_PREFIX": "e2e",
    }
    for command in PREPARATION:
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    log = (directory / "server.log").open("w")

    def start(*command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)

    server = start("manage.py", "serve", "--port", str(port))
    processes = [server]
    worker = None
    if os.environ.get("REDIS_URL"):  # tasks have a worker of their own there
        worker = start(
            "-m", "celery", "-A", "community_platform", "worker", "--concurrency", "1", "-l", "INFO"
        )
        processes.append(worker)
    try:
        _wait(f"http://127.0.0.1:{port}/health/live", server, directory / "server.log")
        if worker is not None:
            _wait_for_worker(worker, directory / "server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=20)
        log.close()


def _wait_for_worker(worker: subprocess.Popen[bytes], log: Path) -> None:
    """Celery says in its log when it takes tasks; until then a test would wait for what nobody does yet."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and worker.poll() is None:
        if " ready." in log.read_text():
            return
        time.sleep(0.1)
    raise RuntimeError(f"the worker did not start:\n{log.read_text()[-4000:]}")


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=2) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server did not answer:\n{log.read_text()[-4000:]}")
