"""From what was typed to what is stored: one way for topics, posts and comments."""

from dataclasses import dataclass

from community_platform.core import markdown, text
from profiles.selectors import profile_addresses


@dataclass(frozen=True, slots=True)
class Prepared:
    """A checked source and its rendering. `mentioned` are user names of existing accounts."""

    source: str
    html: str
    mentioned: tuple[str, ...]

    @property
    def columns(self) -> dict[str, object]:
        """The columns that Post and Comment share."""
        return {"content": self.source, "content_html": self.html, "renderer_version": markdown.RENDERER_VERSION}


def prepare(content: str, *, low: int, high: int, field: str = "content") -> Prepared:
    """Check and render `content`; at most one query (for mentions). Raises Invalid on `field`.

    Rendering happens before any row is locked: it is the slow part of a write.
    """
    source = text.clean(content, field=field, low=low, high=high)
    rendered = markdown.render(source, resolve_mentions=profile_addresses)
    return Prepared(source=source, html=rendered.html, mentioned=tuple(sorted(rendered.mentions)))
