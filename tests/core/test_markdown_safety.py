"""Nothing that people write can run, restyle the page or lead to a forbidden scheme. Our own payloads."""

import json
import re
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
import pytest

from community_platform.core import markdown
from community_platform.core.markdown.sanitizer import TAGS, sanitize

PAYLOADS: list[str] = json.loads((Path(__file__).parent / "data" / "markdown_xss.json").read_text())
ATTRIBUTES = {
    "alt", "aria-label", "checked", "class", "data-language", "disabled", "href", "id", "loading", "rel",
    "role", "src", "start", "tabindex", "title", "type",
}  # fmt: skip
SCHEME = re.compile(r"[\s\x00-\x20]*([a-z][\w+.-]*)\s*:", re.IGNORECASE)


def problems(html: str) -> list[str]:
    """Name whatever a browser's own parser would see that our renderers never write."""
    found: list[str] = []
    # A <div>: what a page puts the text into. The scaffolding of the fragment parser is not in the result.
    for node in html5lib.parseFragment(html, container="div", namespaceHTMLElements=False).iter():
        if node.tag == "DOCUMENT_FRAGMENT":
            continue
        found.extend(_problems_of(node))
    return found


def _problems_of(node: Element) -> list[str]:
    if not isinstance(node.tag, str):
        return ["comment"]
    tag = node.tag.rpartition("}")[2]
    found = [] if tag in TAGS else [f"element {tag}"]
    in_math = "MathML" in node.tag
    for name, value in node.attrib.items():
        scheme = SCHEME.match(value) if name in {"href", "src"} else None
        if scheme and scheme[1].lower() not in {"http", "https", "mailto"}:
            found.append(f"{tag} {name}={value}")
        if name.startswith("on") or name == "style" or (not in_math and name not in ATTRIBUTES):
            found.append(f"{tag} {name}")
    return found


def test_the_corpus_is_large() -> None:
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 150


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_payload_gets_through(payload: str) -> None:
    html = markdown.render(
        payload, resolve_mentions=lambda names: {name: f"/profile/{name}/" for name in names}
    ).html
    assert problems(html) == []
    assert markdown.audit(html) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_sanitizer_alone_stops_every_payload(payload: str) -> None:
    html = sanitize(payload.encode("utf-8", "replace").decode())
    assert problems(html) == []
    assert markdown.audit(html) == []


def test_pairs_of_payloads_do_not_help_each_other() -> None:
    for first, second in zip(PAYLOADS, PAYLOADS[37:] + PAYLOADS[:37], strict=True):
        html = markdown.render(f"{first}{second}\n\n{second}\n{first}").html
        assert problems(html) == []
        assert markdown.audit(html) == []


@pytest.mark.parametrize(
    ("html", "finding"),
    [
        ("<script>x</script>", "element <script>"),
        ("<SVG></SVG>", "element <svg>"),
        ('<p onclick="x">', "handler onclick on <p>"),
        ('<p style="color:red">', "attribute style on <p>"),
        ('<div data-hx-get="/x">', "attribute data-hx-get on <div>"),
        ('<a href="javascript:x">', "scheme 'javascript' in href of <a>"),
        ('<a href=" java&#10;script:x">', "scheme 'javascript' in href of <a>"),
        ('<img src="data:image/png;base64,x">', "scheme 'data' in src of <img>"),
        ("<!-- x -->", "comment"),
        ("<!DOCTYPE html>", "declaration"),
        ("<?php x ?>", "processing instruction"),
    ],
)
def test_the_audit_names_what_it_finds(html: str, finding: str) -> None:
    assert markdown.audit(html) == [finding]


def test_the_audit_accepts_every_kind_of_link_that_is_allowed() -> None:
    for address in ("/x:y", "?a=b:c", "#d:e", "HTTPS://f", "mailto:g@h"):
        assert markdown.audit(f'<a href="{address}">a</a>') == []


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ('<a href="https://u:p@evil.example">x</a>', "<a>x</a>"),
        ('<li id="messages">x</li>', "<li>x</li>"),
        ('<span class="badge hl-k">x</span>', '<span class="hl-k">x</span>'),
        ('<img src="/logout/">', "<img>"),
        ('<input type="image" src="/x">', "<input>"),
        ('<div role="dialog" tabindex="5">x</div>', "<div>x</div>"),
        ('<math><mspace width="-900em"></mspace></math>', "<math><mspace></mspace></math>"),
        ('<math><mo minsize="2.4em">(</mo></math>', '<math><mo minsize="2.4em">(</mo></math>'),
        ('<pre data-language="&quot;x">y</pre>', "<pre>y</pre>"),
    ],
)
def test_the_sanitizer_keeps_only_the_values_that_we_write(html: str, kept: str) -> None:
    assert sanitize(html) == kept
