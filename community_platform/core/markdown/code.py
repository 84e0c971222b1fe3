"""Code blocks, coloured on the server with Pygments' short class names (static/css/components/code.css)."""

from collections.abc import Sequence
from functools import lru_cache
from time import thread_time
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Generic, Keyword, Literal, Name, Number, String, _TokenType
from pygments.token import Token as AnyToken

from community_platform.core.markdown.document import Document, document_of

_NAMES = """
    bash sh shell zsh console powershell bat c cpp c++ csharp c# cs java kotlin scala go golang rust rs swift
    python py python3 pycon javascript js typescript ts jsx tsx json yaml yml toml ini html xml css scss sql
    postgresql sqlite3 php ruby rb perl lua r julia haskell hs elixir erlang clojure dart
    dockerfile docker makefile make nginx diff graphql http markdown md latex tex octave vim
"""
# What a school writes. Other lexers are not tried: several of Pygments' 500 are slow on hostile text.
LANGUAGES: Final = frozenset(_NAMES.split())
# Only what a reader tells apart gets a class; operators, punctuation and most names stay bare, so that the
# HTML is about three times its source.
CLASSES: Final[dict[_TokenType, str]] = {
    Comment: "c",
    Comment.Preproc: "cp",
    Keyword: "k",
    Keyword.Type: "kt",
    Keyword.Constant: "kc",
    Literal: "l",
    Number: "m",
    String: "s",
    String.Escape: "se",
    String.Interpol: "si",
    String.Regex: "sr",
    Name.Attribute: "na",
    Name.Builtin: "nb",
    Name.Class: "nc",
    Name.Constant: "no",
    Name.Decorator: "nd",
    Name.Exception: "ne",
    Name.Function: "nf",
    Name.Namespace: "nn",
    Name.Tag: "nt",
    Name.Variable: "nv",
    Generic.Deleted: "gd",
    Generic.Inserted: "gi",
    Generic.Heading: "gh",
    Generic.Subheading: "gu",
    Generic.Prompt: "gp",
    Generic.Output: "go",
    Generic.Error: "gr",
    Generic.Traceback: "gt",
}
CLASS_PREFIX: Final = "hl-"  # `.s`, `.m`, `.k` alone would meet other styles of the page
MAX_LINE: Final = 1_000  # lexers that go back do it within a line
MAX_GROWTH: Final = 7


@lru_cache(maxsize=128)
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language, stripnl=False, ensurenl=False)


@lru_cache(maxsize=512)
def _css_class(kind: _TokenType) -> str:
    while kind is not AnyToken:
        if kind in CLASSES:
            return CLASS_PREFIX + CLASSES[kind]
        kind = kind.parent
    return ""


def highlighted(code: str, language: str, document: Document) -> str | None:
    """Return the HTML of `code`, or None if that would be over-long or takes too much time.

    `language` is one of `LANGUAGES`. Ten thousand characters of ordinary code take about 15 ms of the
    document's `lexer_seconds`; Pygments' lexers are no better than quadratic on hostile text (C# needs 13 s
    for lines of one letter), so the clock is read after every token. It is this thread's processor time:
    a busy machine does not change what ordinary code looks like.
    """
    lexer = _lexer(language)  # made first: importing one and compiling its patterns is not the text's doing
    started = thread_time()
    pieces: list[tuple[str, str]] = []
    for kind, text in lexer.get_tokens(code):
        if thread_time() - started > document.lexer_seconds:
            document.lexer_seconds = 0
            return None
        css_class = _css_class(kind)
        if pieces and pieces[-1][0] == css_class:
            pieces[-1] = (css_class, pieces[-1][1] + text)
        else:
            pieces.append((css_class, text))
    document.lexer_seconds -= thread_time() - started
    html = "".join(
        f'<span class="{css_class}">{escapeHtml(text)}</span>' if css_class else escapeHtml(text)
        for css_class, text in pieces
    )
    return html if len(html) <= MAX_GROWTH * len(code) + 200 else None


def render_code(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    """Write a fenced or an indented block; an unknown language, or one block too many, is plain."""
    code, document = tokens[idx].content, document_of(env)
    language = (tokens[idx].info.split(maxsplit=1) or [""])[0].lower()
    html, label = None, ""
    if (
        language in LANGUAGES
        and max(map(len, code.split("\n"))) <= MAX_LINE
        and document.afford("code_chars", len(code))
    ):
        html = highlighted(code, language, document) if document.afford("code_blocks") else None
        label = f' data-language="{_lexer(language).name}"'
    # Focusable: a wide block scrolls sideways, which a keyboard must be able to do.
    return f'<pre tabindex="0"{label}><code>{escapeHtml(code) if html is None else html}</code></pre>\n'


def code_plugin(md: MarkdownIt) -> None:
    """Install the renderer of both kinds of code blocks."""
    md.add_render_rule("fence", render_code)
    md.add_render_rule("code_block", render_code)
