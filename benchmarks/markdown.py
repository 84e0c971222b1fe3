"""Measure the Markdown renderer: an ordinary post, every hostile text, every language's lexer.

Run `python -m benchmarks.markdown`; exits 1 if a text takes longer than the limit.
"""

import os
import sys
import time
from collections.abc import Mapping

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "community_platform.settings")
django.setup()

from benchmarks.markdown_bombs import bombs, code_bombs  # noqa: E402  settings come first
from community_platform.core import markdown  # noqa: E402

LIMIT_MS = 400
POST = """
I tried the *second* exercise of [lesson 3](/courses/python/lessons/3/) and got this, @iris:

```python
def mean(values: list[float]) -> float:
    return sum(values) / len(values)
```

| input | result |
|-------|-------:|
| [1]   |      1 |

The formula says $\\bar{x} = \\frac{1}{n} \\sum_{i=1}^n x_i$. :thinking: See https://docs.python.org/3/.
"""


def milliseconds(source: str) -> float:
    """Return the better of two runs, in processor time, which other work on the machine hardly changes."""
    best = float("inf")
    for _ in range(2):
        start = time.thread_time()
        markdown.render(source)
        best = min(best, time.thread_time() - start)
    return best * 1000


def report(title: str, sources: Mapping[str, str]) -> float:
    """Write the five slowest of `sources` and return the slowest in ms."""
    times = sorted(((milliseconds(source), name) for name, source in sources.items()), reverse=True)
    sys.stdout.write(f"{title}: {len(times)} texts\n")
    for taken, name in times[:5]:
        growth = len(markdown.render(sources[name]).html) / len(sources[name])
        sys.stdout.write(f"  {taken:7.1f} ms  x{growth:4.1f}  {name}\n")
    return times[0][0]


def main() -> int:
    """Measure everything; 1 if the limit is broken."""
    markdown.render(POST)  # imports lexers and fills caches, as a running server has
    sys.stdout.write(f"ordinary post, {len(POST)} characters: {milliseconds(POST):.1f} ms\n")
    slowest = max(report("hostile texts", bombs()), report("hostile code", code_bombs()))
    sys.stdout.write(f"slowest: {slowest:.0f} ms (limit {LIMIT_MS} ms)\n")
    return int(slowest > LIMIT_MS)


if __name__ == "__main__":
    sys.exit(main())
