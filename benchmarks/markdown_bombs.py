"""Hostile texts, each as long as a post may be: what the renderer must survive in bounded time and space.

Shared by tests/core/test_markdown_bombs.py, which counts, and benchmarks/markdown.py, which measures.
"""

from typing import Final

from community_platform.core.markdown import MAX_CHARS
from community_platform.core.markdown.code import LANGUAGES
from community_platform.core.markdown.document import BUDGETS

# name: (what stands once in front, what is repeated)
_REPEATED: Final[dict[str, tuple[str, str]]] = {
    "open brackets": ("", "["),
    "open bracket pairs": ("", "[["),
    "close brackets": ("", "]"),
    "nested images": ("", "!["),
    "image alternatives": ("", "![a]("),
    "links without end": ("", "[a]("),
    "link destinations in angles": ("", "[a](<"),
    "nested links": ("", "[a](b"),
    "link titles": ("", '[a](b "'),
    "nested complete images": ("", "![a](b)"),
    "one definition, many references": (f"[a]: /{'x' * 8_000}\n\n", "[a] "),
    "one picture, many references": (f"[a]: /media/{'x' * 8_000}\n\n", "![a] "),
    "one definition, long title": (f'[a]: /b "{"x" * 8_000}"\n\n', "[a] "),
    "many definitions": ("", "[a]: b\n"),
    "unfinished definitions": ("", "[a\n"),
    "footnote openings": ("[^x]: y\n\n", "[^"),
    "one footnote, many references": ("[^x]: y\n\n", "[^x]"),
    "nested footnote definitions": ("", "[^a]:"),
    "footnotes inside footnotes": ("", "[^a]: [^a]\n"),
    "stars": ("", "*"),
    "opening stars": ("", "*a "),
    "opening double stars": ("", "**a "),
    "star and underscore": ("", "*a_ "),
    "intraword stars": ("", "a*b**c"),
    "mixed emphasis": ("", "*a **b _c __d "),
    "tildes": ("", "~~a "),
    "strikes": ("", "~~a~~"),
    "pipes": ("", "|"),
    "spoilers": ("", "||a|| "),
    "open spoilers": ("", "||a "),
    "spoilers in emphasis": ("", "*||a* "),
    "spoiler blocks": ("", ":::spoiler\n"),
    "spoiler blocks in lists": ("", "- :::spoiler\n"),
    "empty spoiler blocks": ("", ":::spoiler\n:::\n"),
    "colons": ("", ":"),
    "backticks of growing length": ("", ""),
    "backtick and space": ("", "` "),
    "fences": ("", "```\n"),
    "tiny code blocks": ("", "```py\n+\n```\n"),
    "unclosed fence in list": ("", "- ```\n"),
    "indented code": ("", "    a\n\nb\n"),
    "quotes": ("", ">"),
    "quotes with spaces": ("", "> "),
    "quote lines": ("", ">\n\n"),
    "nested lists": ("", "- "),
    "nested numbers": ("", "1. "),
    "list items": ("", "- a\n"),
    "deepening list": ("", ""),
    "tasks": ("", "- [ ] a\n"),
    "task boxes": ("- ", "[ ] "),
    "rules": ("", "***\n"),
    "headings": ("", "# a\n"),
    "underlined headings": ("", "a\n=\n"),
    "tables": ("", "|a|\n|-|\n\n"),
    "wide table": ("", ""),
    "table of short rows": ("|" + "a|" * 100 + "\n|" + "-|" * 100 + "\n", "|\n"),
    "table rows": ("|a|b|\n|-|-|\n", "|1|2|\n"),
    "table head only": ("", "a|"),
    "escaped pipes": ("|a|\n|-|\n|", "\\|"),
    "dollars": ("", "$"),
    "dollar words": ("", "$a "),
    "formulas": ("", "$x$ "),
    "display formulas": ("", "$$x$$\n\n"),
    "open display formulas": ("", "$$a\n"),
    "open display formulas in lists": ("", "- $$a\n"),
    "escaped dollars": ("$", "\\$"),
    "formula braces": ("$$", "{"),
    "formula fractions": ("", "$\\frac{a}{b}$ "),
    "formula roots": ("$$", "\\sqrt"),
    "angle brackets": ("", "<"),
    "autolinks": ("", "<http://a.b>"),
    "unclosed autolinks": ("", "<http://"),
    "comments": ("", "<!--"),
    "tags": ("", "<a "),
    "schemes": ("", "a://"),
    "http schemes": ("", "http://"),
    "http brackets": ("", "http://["),
    "bare addresses": ("", "http://a.b "),
    "one long address": ("http://a.b/", "a)"),
    "address brackets": ("http://a.b/", "("),
    "www": ("", "www."),
    "www addresses": ("", "www.a.b "),
    "hosts with many dots": ("http://", "a."),
    "ats": ("", "@"),
    "mentions": ("", "@ab "),
    "mention chain": ("", "@ab"),
    "mail addresses": ("", "a@b.c "),
    "emoji": ("", ":heart: "),
    "emoji chain": ("", ":heart"),
    "entities": ("", "&amp;"),
    "unfinished entities": ("", "&"),
    "backslashes": ("", "\\"),
    "escapes": ("", "\\*"),
    "hard breaks": ("", "a  \n"),
    "line breaks": ("", "a\n"),
    "blank lines": ("", "\n"),
    "spaces": ("a", " "),
    "tabs": ("", "\t"),
    "NUL": ("", "\x00"),
    "no-break spaces": ("", "\xa0"),
    "quotation marks": ("", '"'),
    "astral address": ("[a](", "\U0001f600"),
    "combining marks": ("a", "\u0301"),
}
_CODE: Final[dict[str, str]] = {
    "quotes": '"',
    "triple quotes": "'''\n",
    "words": "a",
    "operators": "a+",
    "brackets": "({[",
    "backslashes": "\\",
    "escaped quotes": '"\\"\n',
    "comments": "/* ",
    "tags": "<a ",
    "dollars": "${",
    "spaces": " \n",
    "colons": "a: b: c\n",
    "hashes": "#{",
    "digits": "1.",
    "angles": "a<b<",
    "heredocs": "<<A\n",
}


def _filled(head: str, body: str, size: int) -> str:
    return (head + body * (size // len(body) + 1))[:size]


def bombs(size: int = MAX_CHARS) -> dict[str, str]:
    """Return every text, `size` characters long, under its name."""
    made = {name: _filled(head, body, size) for name, (head, body) in _REPEATED.items() if body}
    made["backticks of growing length"] = " ".join("`" * n for n in range(1, 250))[:size]
    made["deepening list"] = "\n".join("  " * n + "- a" for n in range(200))[:size]
    made["wide table"] = ("|" + "a|" * (size // 4) + "\n|" + "-|" * (size // 4))[:size]
    half = size // 2
    made["brackets"] = "[" * half + "]" * half
    made["brackets around words"] = "[a " * (size // 5) + "] " * (size // 5)
    made["links in links"] = "[" * (size // 5) + "](a)" * (size // 5)
    made["images in images"] = "![" * (size // 6) + "](a)" * (size // 6)
    made["images in links in images"] = "[![" * (size // 11) + "](a)](a)" * (size // 11)
    made["stars around"] = "*" * half + "a" + "*" * half
    made["stars around words"] = "*a " * (size // 5) + "b*" * (size // 5)
    made["spoilers around"] = "||a " * (size // 8) + "b|| " * (size // 8)
    made["quotes in lists"] = "> - " * (size // 4)
    made["formula of scripts"] = "$" + "x^{" * 300 + "}" * 300 + "$"
    return made


def code_bombs(size: int = BUDGETS["code_chars"]) -> dict[str, str]:
    """Return a code block of every language filled with every hostile pattern."""
    return {
        f"{language}: {name}": _filled(f"```{language}\n", body if "\n" in body else f"{body * 60}\n", size)
        for language in sorted(LANGUAGES)
        for name, body in _CODE.items()
    }
