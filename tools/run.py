"""What `make` does, with nothing but the standard library of Python 3.11: environment, preparation, processes."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
NO_VENV = """This Python cannot make virtual environments: its venv module is not installed.
On Debian and Ubuntu one line brings it:

    apt-get install -y python3-venv
"""


def main(arguments: list[str]) -> int:
    """Run the command named by the first argument; the rest belongs to that command."""
    os.chdir(ROOT)
    commands: dict[str, Callable[[list[str]], int]] = {
        "setup": lambda rest: install(*(rest or ["requirements.txt"])),
        "run": lambda rest: run(),
        "reset": lambda rest: manage("prepare", "--reset"),
        "test": test,
        "manage": lambda rest: manage(*rest),
        "python": lambda rest: python(*rest),
    }
    if not arguments or arguments[0] not in commands:
        return fail(f"usage: run.py {' | '.join(commands)}")
    return commands[arguments[0]](arguments[1:])


def fail(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


# --- The environment --------------------------------------------------------------------------------------------


def install(requirements: str) -> int:
    """Make .venv and install `requirements` when their text (or Python) changed since the last time."""
    if sys.version_info < (3, 11):
        return fail(
            f"Python 3.11 or newer is needed, not {sys.version.split()[0]}. Try: make PYTHON=python3.11 run"
        )
    uv = shutil.which("uv")
    if not _works(PYTHON):
        if not uv and not _can_make_environments():
            return fail(NO_VENV)
        shutil.rmtree(VENV, ignore_errors=True)
        print("Making .venv …", flush=True)
        maker = [uv, "venv", "--quiet", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        if subprocess.call([*maker, str(VENV)]):
            return fail(NO_VENV)
    stamp = VENV / f".installed-{requirements}"
    wanted = _fingerprint(requirements)
    if stamp.exists() and stamp.read_text() == wanted:
        return 0
    print(f"Installing {requirements} …", flush=True)
    if uv and not _works(PYTHON, "import pip"):
        installer = [uv, "pip", "install", "--quiet", "--python", str(PYTHON)]
    else:
        installer = [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    code = subprocess.call([*installer, "-r", requirements])
    if code == 0:
        stamp.write_text(wanted)
    return code


def _works(python: Path, statement: str = "") -> bool:
    return python.exists() and subprocess.call([str(python), "-c", statement], stderr=subprocess.DEVNULL) == 0


def _can_make_environments() -> bool:
    return subprocess.call([sys.executable, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL) == 0


def _fingerprint(requirements: str) -> str:
    """Digest of the file, of the files it includes, and of Python's version."""
    text = Path(requirements).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("-r "):
            text += Path(line[3:].strip()).read_text(encoding="utf-8")
    return hashlib.sha256(f"{sys.version_info[:2]}{text}".encode()).hexdigest()


# --- The site ---------------------------------------------------------------------------------------------------


def run() -> int:
    """Prepare everything and serve until Ctrl-C; with Redis, worker and beat run beside the web server."""
    port = int(os.environ.get("PORT") or 8000)
    if not _is_free(port):
        return fail(f"Port {port} is taken. Another one: make run PORT={port + 1}")
    if code := install("requirements.txt"):
        return code
    os.environ.setdefault("RATE_LIMIT_SCALE", "20")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    if code := manage("prepare"):
        return code
    web = [str(PYTHON), "manage.py", "serve", "--port", str(port)]
    if not _setting("REDIS_URL"):
        os.execv(PYTHON, web)  # signals then reach the server itself
    celery = [str(PYTHON), "-m", "celery", "-A", "community_platform"]
    worker = [*celery, "worker", "--loglevel", "WARNING", "--concurrency", "2"]
    beat = [*celery, "beat", "--loglevel", "WARNING"]
    return together(web, worker, beat)


def together(*commands: list[str]) -> int:
    """Run commands until one ends or we are told to stop; then stop the others and return the first one's code."""
    processes = [subprocess.Popen(command, start_new_session=True) for command in commands]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGHUP, stop)
    while not stopping and all(process.poll() is None for process in processes):
        time.sleep(0.1)
    first = next((code for process in processes if (code := process.poll())), 0)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + 20
    for process in processes:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    return 0 if stopping else first


def test(arguments: list[str]) -> int:
    """Install what tests need and run them: all, or those named."""
    if code := install("requirements-dev.txt"):
        return code
    if code := python("manage.py", "build_assets"):
        return code
    workers = [] if any(argument.startswith("-n") for argument in arguments) else ["-n", "2", "--dist", "loadgroup"]
    return python("-m", "pytest", "-q", *workers, *arguments)


def manage(*arguments: str) -> int:
    return install("requirements.txt") or python("manage.py", *arguments)


def python(*arguments: str) -> int:
    return subprocess.call([str(PYTHON), *arguments])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _setting(name: str) -> str:
    """Return a setting from the environment or from .env, as settings.py will read it."""
    if name in os.environ:
        return os.environ[name]
    path = ROOT / ".env"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [
        line.split("=", 1)[1].strip().strip("'\"") for line in lines if line.strip().startswith(f"{name}=")
    ]
    return found[-1] if found else ""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
