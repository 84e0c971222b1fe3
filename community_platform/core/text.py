"""Rules of plain text that every door shares."""

import re
import unicodedata

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from community_platform.core.errors import Invalid

_BAD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe0e\ufe0f\uffa0"
)  # letters and marks that draw nothing
_RUSSIAN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфхъыьэ", "abvgdeezijklmnoprstufh_y_e", strict=True))
    | {"ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ъ": "", "ь": ""}
)


def is_storable(value: str) -> bool:
    """Tell whether a database can store and compare `value`."""
    return _BAD.search(value) is None


def clean(value: str, *, field: str, low: int = 1, high: int, multiline: bool = True) -> str:
    """Return `value` with line ends and edges normalised, or raise Invalid on `field`.

    Lengths are in characters. NUL, other control characters and lone surrogates are refused: PostgreSQL cannot
    store the first, no reader can see the second, UTF-8 cannot encode the third.
    """
    if not isinstance(value, str):
        raise Invalid(_("This must be text."), code="invalid", field=field)
    if not is_storable(value):
        raise Invalid(_("The text has a character that cannot be stored."), code="bad_character", field=field)
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    value = value.strip() if multiline else " ".join(value.split())
    # Zero-width and other format characters alone are an empty text to a reader.
    visible = any(not c.isspace() and c not in _FILLERS and unicodedata.category(c) != "Cf" for c in value)
    if low and not (value and visible):
        raise Invalid(_("This field may not be blank."), code="blank", field=field)
    if len(value) < low:
        text = ngettext("Write at least %(n)d character.", "Write at least %(n)d characters.", low)
        raise Invalid(text % {"n": low}, code="min_length", field=field)
    if len(value) > high:
        text = ngettext("Use at most %(n)d character.", "Use at most %(n)d characters.", high)
        raise Invalid(text % {"n": high}, code="max_length", field=field)
    return value


def slug(value: str, *, high: int = 60) -> str:
    """Return an ASCII slug; Cyrillic is transliterated. Empty when nothing of `value` can be kept."""
    value = value.lower().translate(_RUSSIAN)
    value = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", value).strip("-")[:high].strip("-")
