"""Hostile texts of the greatest length: the work and the result stay in proportion to the source.

Speed itself is measured by `python -m benchmarks.markdown`; here work is counted.
"""

import sys
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from benchmarks.markdown_bombs import bombs, code_bombs
from community_platform.core import markdown
from community_platform.core.markdown import code
from community_platform.core.markdown.document import BUDGETS, MAX_AUTOCOMPLETED_CELLS

BOMBS = bombs()
SMALL, LARGE = bombs(1_500), bombs(6_000)
MAX_GROWTH = 9  # a quote line of 3 characters is 27 characters of HTML; nothing grows more
# Calls of Python functions per character of source: about 3 in prose, 220 at most in these texts.
MAX_CALLS_PER_CHAR = 400


def calls_of(work: Callable[[], object]) -> int:
    """Count the calls of Python functions that `work` makes."""
    calls = 0

    def tally(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(tally)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


def test_there_are_many_kinds_of_hostile_texts() -> None:
    assert len(BOMBS) >= 25
    assert sum(len(source) >= 0.9 * markdown.MAX_CHARS for source in BOMBS.values()) >= 100


@pytest.mark.parametrize("name", BOMBS)
def test_the_html_grows_in_proportion(name: str) -> None:
    html = markdown.render(BOMBS[name]).html
    assert len(html) <= MAX_GROWTH * len(BOMBS[name])


@pytest.mark.parametrize("name", BOMBS)
def test_the_work_grows_in_proportion(name: str) -> None:
    small, large = SMALL[name], LARGE[name]
    few, many = calls_of(lambda: markdown.render(small)), calls_of(lambda: markdown.render(large))
    # Four times the text: four times the work, and room for what happens once. Quadratic would be sixteen.
    assert many <= max(6 * few, 50 * len(small))
    assert many <= MAX_CALLS_PER_CHAR * len(large)


def test_a_table_gains_only_so_many_cells() -> None:
    html = markdown.render(BOMBS["table of short rows"]).html
    assert 0 < html.count("<td></td>") <= MAX_AUTOCOMPLETED_CELLS


def test_one_definition_is_not_repeated_without_end() -> None:
    html = markdown.render(BOMBS["one definition, many references"]).html
    assert html.count("<a ") == BUDGETS["links"] // (8_001 + 45)
    assert html.count("a") > 2_000  # the words of the other references stay


def test_code_is_left_plain_when_the_lexer_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count()
    monkeypatch.setattr(code, "thread_time", lambda: float(next(seconds)))
    html = markdown.render("```python\nif x: pass\n```").html
    assert html == '<pre tabindex="0" data-language="Python"><code>if x: pass\n</code></pre>\n'


def test_the_time_for_code_is_shared_by_the_blocks_of_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(step=5)
    monkeypatch.setattr(code, "thread_time", lambda: next(clock) / 1000)
    html = markdown.render("```python\nif x: pass\n```\n" * 10).html
    assert html.count("<pre") == 10
    assert 0 < html.count("hl-k") < 10 * 2


def test_code_of_every_language_grows_in_proportion() -> None:
    for name, source in list(code_bombs(600).items())[::5]:  # 16 patterns: each language gets others
        assert len(markdown.render(source).html) <= MAX_GROWTH * len(source) + 200, name
