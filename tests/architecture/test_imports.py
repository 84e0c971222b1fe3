"""The import contracts hold, and each of them refuses what it is there to refuse."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PACKAGES = ["community_platform", *(app for app in settings.LOCAL_APPS if "." not in app)]
LINT = [
    sys.executable,
    "-c",
    "from importlinter.cli import lint_imports_command; lint_imports_command()",
    "--no-cache",
]


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LINT], cwd=folder, capture_output=True, text=True, check=False)


def test_the_contracts_hold() -> None:
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("forum/services/planted.py", "from gamification import models", "Apps import only"),
        ("profiles/models/planted.py", "from profiles.services import account", "Inside an app"),
        ("forum/services/planted.py", "import rest_framework", "The domain knows no HTTP"),
        ("courses/services/planted.py", "from community_platform import demo", "Apps do not know"),
        ("courses/utils.py", "NOTHING = 1", "Inside an app"),
    ],
)
def test_a_planted_violation_breaks_the_contract(tmp_path: Path, file: str, line: str, contract: str) -> None:
    for package in PACKAGES:
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__", "texts")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / file).write_text(f"{line}\n")
    done = _lint(tmp_path)
    assert done.returncode == 1, done.stdout
    assert any(
        contract in row and "BROKEN" in done.stdout[done.stdout.index(contract) :][:200]
        for row in done.stdout.splitlines()
    )
