"""Texts of Discourse as our Markdown: from its HTML ("cooked"), or from its own Markdown ("raw")."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset("br hr img input meta link source wbr col".split())
_SKIPPED = frozenset("script style svg button input video audio iframe form template".split())
_SKIPPED_CLASSES = frozenset(
    "anchor meta poll quote-controls onebox-metadata quote-title__text-content-icon".split()
)
_BLOCKS = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol li pre blockquote table hr aside details section article header figure".split()
)
_DEEP = 60  # deeper than any real text: what is nested further loses its marks, not its words


@dataclass(slots=True)
class _Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["_Node | str"] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def first(self, tag: str) -> "_Node | None":
        for part in self.inside:
            if isinstance(part, _Node) and (part.tag == tag or (found := part.first(tag))):
                return part if part.tag == tag else found
        return None


class _Tree(HTMLParser):
    """Builds nodes from HTML however it is written; an end without a beginning is nothing."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = _Node("root")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = _Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in _VOID and len(self.open) < _DEEP:
            self.open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, 0, -1):
            if self.open[place].tag == tag:
                del self.open[place:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def from_html(cooked: str) -> str:
    """Return Markdown of what Discourse rendered; the words stay, marks that we do not have go."""
    tree = _Tree()
    tree.feed(cooked)
    tree.close()
    return _tidy(_inner(tree.root))


def from_raw(raw: str) -> str:
    """Return our Markdown of Discourse's: its quotes, hidden blocks, spoilers and uploads in our words."""
    text = raw.replace("\r\n", "\n")
    for _depth in range(6):  # quotes inside quotes, from the inside
        text, count = _QUOTE.subn(lambda found: f"\n{_quote(found[1] or '', found[2].strip())}\n", text)
        if not count:
            break
    text = _DETAILS.sub(lambda found: f"\n\n:::spoiler {found[1] or ''}\n{found[2].strip()}\n:::\n\n", text)
    text = _SPOILER.sub(r"||\1||", text)
    text = _UPLOAD.sub(lambda found: f"*{found[1].partition('|')[0] or 'upload'}*", text)
    return _tidy(text)


_QUOTE = re.compile(
    r"\[quote(?:=\"?([^\"\]\n]{0,200})\"?)?\]((?:(?!\[quote)[\s\S])*?)\[/quote\]", re.IGNORECASE
)
_DETAILS = re.compile(r"\[details(?:=\"?([^\"\]\n]{0,200})\"?)?\]([\s\S]*?)\[/details\]", re.IGNORECASE)
_SPOILER = re.compile(r"\[spoiler\]([^\n]*?)\[/spoiler\]", re.IGNORECASE)
_UPLOAD = re.compile(r"!?\[([^\]\n]*)\]\(upload://[^)\s]*\)")
_SPECIAL = re.compile(r"([\\`*\[\]<$])|(?<!\w)_|_(?!\w)|&(?=#?\w+;)|\|\||~~")
_LINE_START = re.compile(r"^(\s*)(#{1,6}\s|>|[-+]\s|\d+(?=[.)]\s)|:{3})", re.MULTILINE)


def _quote(who: str, text: str) -> str:
    name = who.split(",")[0].strip()
    lines = [*([f"@{name}:", ""] if name else []), *text.split("\n")]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip()


def _escaped(text: str) -> str:
    """Write words so that no mark in them means anything."""
    text = _SPECIAL.sub(lambda found: "".join(f"\\{char}" for char in found[0]), re.sub(r"\s+", " ", text))
    return _LINE_START.sub(_mark_escaped, text)


def _mark_escaped(found: re.Match[str]) -> str:
    """Escape what would begin a heading, a quotation or a list: `# ` → `\\# `, `1. ` → `1\\. `."""
    return f"{found[0]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def _inner(node: _Node) -> str:
    pieces: list[str] = []
    for part in node.inside:
        if isinstance(part, str):
            pieces.append(_escaped(part))
            continue
        if part.tag in _SKIPPED or part.classes & _SKIPPED_CLASSES:
            continue
        written = _RENDER.get(part.tag, _inner)(part)
        pieces.append(
            f"\n\n{written.strip(chr(10))}\n\n" if part.tag in _BLOCKS and written.strip() else written
        )
    return "".join(pieces)


def _around(mark: str) -> Callable[[_Node], str]:
    def render(node: _Node) -> str:
        text = _inner(node)
        words = text.strip()
        if not words or "\n\n" in words:
            return text
        left, right = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        return f"{left}{mark}{words}{mark}{right}"

    return render


def _code(node: _Node) -> str:
    text = node.text
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}" if text.strip() else text


def _pre(node: _Node) -> str:
    code = node.first("code")
    text = node.text.strip("\n")
    classes = code.classes if code else set()
    names = [
        name.removeprefix("lang-").removeprefix("language-") for name in classes if name.startswith("lang")
    ]
    language = names[0] if names and re.fullmatch(r"[\w+#-]{1,30}", names[0]) else ""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return f"{fence}{'' if language in {'auto', 'nohighlight'} else language}\n{text}\n{fence}"


def _link(node: _Node) -> str:
    words, address = _inner(node).strip(), node.attributes.get("href", "")
    if node.classes & {"mention", "mention-group", "hashtag", "hashtag-cooked"}:
        return node.text.strip()
    if not words or not re.match(r"(https?|mailto):", address):
        return words
    address = re.sub(r"[\s<>()]", lambda found: f"%{ord(found[0]):02X}", address)
    return f"<{address}>" if node.text.strip() == address else f"[{words}]({address})"


def _image(node: _Node) -> str:
    if "emoji" in node.classes:
        return node.attributes.get("title") or node.attributes.get("alt") or ""
    words = _escaped(node.attributes.get("alt", "")) or "image"
    address = node.attributes.get("src", "")
    address = f"https:{address}" if address.startswith("//") else address
    return f"![{words}]({address})" if re.match(r"https?://[^\s()<>]+$", address) else f"*{words}*"


def _aside(node: _Node) -> str:
    if "onebox" in node.classes:
        source = node.attributes.get("data-onebox-src") or (
            link.attributes.get("href", "") if (link := node.first("a")) else ""
        )
        return f"<{source}>" if re.match(r"https?://[^\s<>]+$", source) else ""
    block = node.first("blockquote")
    return _quote(node.attributes.get("data-username", ""), _tidy(_inner(block or node)))


def _details(node: _Node) -> str:
    title = node.first("summary")
    rest = _Node("div", inside=[part for part in node.inside if part is not title])
    words = " ".join(title.text.split()) if title else ""
    return f":::spoiler {words}\n{_tidy(_inner(rest))}\n:::"


def _list(node: _Node) -> str:
    lines = []
    start = node.attributes.get("start", "1")
    number = int(start) if start.isdecimal() and len(start) < 9 else 1
    for item in (part for part in node.inside if isinstance(part, _Node) and part.tag == "li"):
        mark = f"{number}. " if node.tag == "ol" else "- "
        text = _tidy(_inner(item)).replace("\n", "\n" + " " * len(mark))
        lines.append(f"{mark}{text}")
        number += 1
    return "\n".join(lines)


def _table(node: _Node) -> str:
    rows = [[_cell(cell) for cell in row.inside if isinstance(cell, _Node)] for row in _all(node, "tr")]
    rows = [row for row in rows if row]
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + " --- |" * width, *lines[1:]])


def _cell(node: _Node) -> str:
    return " ".join(_inner(node).split()).replace("|", "\\|")


def _all(node: _Node, tag: str) -> list[_Node]:
    found = []
    for part in node.inside:
        if isinstance(part, _Node):
            found += [part] if part.tag == tag else _all(part, tag)
    return found


def _span(node: _Node) -> str:
    if "math" in node.classes:
        return f"${node.text.strip()}$"
    return f"||{_inner(node).strip()}||" if node.classes & {"spoiler", "spoiled"} else _inner(node)


def _div(node: _Node) -> str:
    return f"$$\n{node.text.strip()}\n$$" if "math" in node.classes else _inner(node)


def _heading(node: _Node) -> str:
    return f"{'#' * int(node.tag[1])} {' '.join(_inner(node).split())}"


_RENDER: dict[str, Callable[[_Node], str]] = {
    "strong": _around("**"), "b": _around("**"), "em": _around("*"), "i": _around("*"), "del": _around("~~"),
    "s": _around("~~"), "strike": _around("~~"), "code": _code, "kbd": _code, "pre": _pre, "a": _link, "img": _image,
    "aside": _aside, "details": _details, "ul": _list, "ol": _list, "table": _table, "span": _span, "div": _div,
    "br": lambda node: "\\\n", "hr": lambda node: "---", "blockquote": lambda node: _quote("", _tidy(_inner(node))),
    **{f"h{level}": _heading for level in range(1, 7)},
}  # fmt: skip
