"""Print how many examples of the CommonMark specification our dialect renders as the specification says.

Run `python -m benchmarks.commonmark`; exits 1 below the floor. The examples (CC BY-SA 4.0) are not kept here:
pip fetches the source distribution of the installed markdown-it-py, which has them, into var/ once.
"""

import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from importlib.metadata import version
from pathlib import Path
from typing import TypedDict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from django.conf import settings  # noqa: E402  settings come first
from markdown_it import MarkdownIt  # noqa: E402

from community_platform.core.markdown.parser import bare_parser  # noqa: E402

MEMBER = "tests/test_cmark_spec/commonmark.json"
# The dialect refuses raw HTML (57 examples) and made-up schemes, so those must differ.
FLOOR_PERCENT = 87.0
FLOOR_WITH_HTML_PERCENT = 99.0


class Example(TypedDict):
    """One example as the specification's JSON has it."""

    markdown: str
    html: str
    section: str


def examples() -> list[Example]:
    """Return the specification's examples, fetching them on the first run."""
    release = version("markdown-it-py")
    kept = Path(settings.VAR_DIR) / f"commonmark-{release}.json"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(_fetched(release))
    found: list[Example] = json.loads(kept.read_text())
    return found


def _fetched(release: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        download = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "--no-binary",
            ":all:",
            "-d",
            folder,
        ]
        subprocess.run([*download, f"markdown-it-py=={release}"], check=True)
        archive = next(Path(folder).glob("*.tar.gz"))
        with tarfile.open(archive) as files:
            member = files.extractfile(next(name for name in files.getnames() if name.endswith(MEMBER)))
            if member is None:
                raise FileNotFoundError(MEMBER)
            return member.read()


def failures(parser: MarkdownIt, suite: list[Example]) -> Counter[str]:
    """Count the examples that come out otherwise, by section."""
    return Counter(
        example["section"] for example in suite if parser.render(example["markdown"]) != example["html"]
    )


def report(title: str, parser: MarkdownIt, suite: list[Example]) -> float:
    """Write the pass rate and where the rest is; return the rate in percent."""
    failed = failures(parser, suite)
    passed = len(suite) - failed.total()
    rate = 100 * passed / len(suite)
    rest = ", ".join(f"{section} {number}" for section, number in failed.most_common())
    sys.stdout.write(
        f"CommonMark, {title}: {passed} of {len(suite)} examples, {rate:.1f} % (differ: {rest or 'none'})\n"
    )
    return rate


def main() -> int:
    """Run the suite twice: as the site parses, and with the raw HTML that the site refuses."""
    suite = examples()
    ours = bare_parser(breaks=False)
    ours.options["xhtmlOut"] = True  # the specification writes <br />
    with_html = MarkdownIt("commonmark", {"maxNesting": ours.options["maxNesting"]})
    strict = report("the site's rules", ours, suite)
    lenient = report("the same parser with raw HTML and any scheme", with_html, suite)
    return int(strict < FLOOR_PERCENT or lenient < FLOOR_WITH_HTML_PERCENT)


if __name__ == "__main__":
    sys.exit(main())
