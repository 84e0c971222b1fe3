"""The house rules of the style sheets, held by reading them."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from community_platform.core.static import FIRST, delivered, stylesheets

ROOT = settings.BASE_DIR / "static"
LAYERS = "@layer reset, tokens, base, layout, components, pages, utilities;"
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|light-dark)\(")
OTHERS = [name for name in stylesheets() if name not in FIRST]


def text_of(name: str) -> str:
    return re.sub(r"/\*.*?\*/", "", (ROOT / name).read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("name", OTHERS)
def test_only_the_tokens_hold_raw_colours(name: str) -> None:
    assert COLOUR.findall(text_of(name)) == []


@pytest.mark.parametrize("name", [name for name in stylesheets() if name != "css/utilities.css"])
def test_only_utilities_shout_important(name: str) -> None:
    assert "!important" not in text_of(name)


@pytest.mark.parametrize("name", OTHERS)
def test_every_sheet_stands_in_its_layer(name: str) -> None:
    """Whatever stands outside a layer would win over everything inside one."""
    folder = Path(name).parent.name
    layer = folder if folder in {"components", "pages"} else Path(name).stem
    outside = re.sub(rf"@layer {layer} \{{.*?\n\}}", "", text_of(name), flags=re.DOTALL)
    assert outside.strip() == ""


def test_the_first_sheet_orders_the_layers() -> None:
    assert stylesheets()[0] == "css/tokens.css"
    assert LAYERS in text_of("css/tokens.css")


def test_every_token_that_is_used_exists() -> None:
    sheets = "\n".join(text_of(name) for name in stylesheets())
    set_somewhere = set(re.findall(r"(--[\w-]+)\s*:", sheets))
    # var(--x, fallback) may be unset on purpose.
    used = set(re.findall(r"var\((--[\w-]+)\s*\)", sheets))
    assert used - set_somewhere == set()


def test_all_style_sheets_together_stay_under_forty_kilobytes() -> None:
    together = "\n".join((ROOT / name).read_text() for name in stylesheets())
    assert len(gzip.compress(together.encode())) < 40 * 1024


def test_our_scripts_as_delivered_stay_under_twenty_two_kilobytes() -> None:
    together = "\n".join(delivered(path.read_text()) for path in sorted((ROOT / "js").rglob("*.js")))
    assert len(gzip.compress(together.encode())) < 22 * 1024


@pytest.mark.parametrize(
    "path", sorted((ROOT / "js" / "behaviours").glob("*.js")), ids=lambda path: path.name
)
def test_a_behaviour_is_one_concern_of_at_most_eighty_lines(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(lines) <= 80
    assert lines[0].startswith("// ")
