"""What one call of `render` carries through the parser: its budgets, its mentions, its words.

Every budget caps something whose HTML is much longer, or much dearer to make, than its source. Past the cap
the source is shown as plain text, so nothing is lost and no author meets an error.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

MAX_CHARS: Final = 20_000
# Blocks inside blocks. The parser drops what lies deeper, so our rules refuse earlier (nesting.py).
MAX_NESTING: Final = 20
# A table may gain this many empty cells; the parser's own 65,536 turn 1.8 kB into 650 kB.
MAX_AUTOCOMPLETED_CELLS: Final = 2_000

Budget = Literal[
    "footnotes",
    "formulas",
    "formula_chars",
    "code_blocks",
    "code_chars",
    "links",
    "mentions",
    "spoilers",
    "tables",
    "tags",
    "tasks",
]
BUDGETS: Final[dict[Budget, int]] = {
    "footnotes": 100,
    "formulas": 200,
    "formula_chars": 4_000,
    "code_blocks": 40,
    "code_chars": 10_000,
    "links": 60_000,  # characters of addresses and titles: one definition can be referred to 5,000 times
    "mentions": 200,
    "spoilers": 200,
    "tables": 50,
    "tags": 50,
    "tasks": 200,
}


@dataclass
class Document:
    """The state of one rendering; lives in the parser's `env`."""

    key: str
    """Eight hex digits of the source's hash: ends every id, so that two posts on a page do not collide."""
    words: dict[str, str]
    """The few texts of ours that become part of the stored HTML, in the school's own language."""
    spent: dict[Budget, int] = field(default_factory=dict)
    mentioned: set[str] = field(default_factory=set)
    """Lower-cased names found after an @."""
    lexer_seconds: float = 0.12
    """Processor time left for colouring code."""
    profiles: dict[str, str] = field(default_factory=dict)
    """Lower-cased name -> address of the profile, for the names that exist."""
    tagged: set[str] = field(default_factory=set)
    """Lower-cased words found after a #."""
    tags: dict[str, str] = field(default_factory=dict)
    """Lower-cased word -> address of the tag, for the tags that exist."""

    def afford(self, budget: Budget, amount: int = 1) -> bool:
        """Spend `amount`, unless that would go over the cap; answer whether it was spent."""
        total = self.spent.get(budget, 0) + amount
        if total > BUDGETS[budget]:
            return False
        self.spent[budget] = total
        return True


def document_of(env: MutableMapping[str, Any]) -> Document:
    """Return the document that `render` put into the parser's `env`."""
    document: Document = env["document"]
    return document
