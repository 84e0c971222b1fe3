"""The Inter of the admin theme's wheel, which has Latin and Cyrillic, as pictures and documents need it."""

import io
from functools import lru_cache

from django.contrib.staticfiles import finders
from fontTools.ttLib import TTFont


@lru_cache(maxsize=4)
def truetype(weight: str) -> bytes:
    """Return the font of a weight (Regular, Medium, SemiBold, Bold) as TrueType: few programs read WOFF2."""
    out = io.BytesIO()
    font = TTFont(finders.find(f"unfold/fonts/inter/Inter-{weight}.woff2"))
    font.flavor = None
    font.save(out)
    return out.getvalue()


@lru_cache(maxsize=1)
def characters() -> frozenset[int]:
    """Return the code points that the font can draw."""
    return frozenset(TTFont(io.BytesIO(truetype("Bold"))).getBestCmap())


def known(text: str) -> str:
    """Leave out what the font cannot draw (emoji, other scripts): empty boxes look broken."""
    drawn = characters()
    return "".join(char for char in text if char.isspace() or ord(char) in drawn)
