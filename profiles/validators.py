"""What a name may look like."""

import unicodedata
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Names of pages, of roles and of the house: a person called so could be taken for it.
RESERVED = frozenset(
    """
    about account accounts admin administrator all analytics anonymous api apps auth billing blog channel community
    contact courses dashboard deleted everyone forum health help here home host info instructor lesson lessons
    login logout lumen mail media messages messaging moderator moderation news nobody none noreply notifications null
    official password postmaster preview privacy profile profiles referrals register robots root school search
    security settings signin signout signup sitemap staff static styleguide superuser support system terms
    theme undefined unknown user users webmaster www
    """.split()
)
RESERVED_START = "deleted-"  # names of erased accounts


def validate_not_reserved(name: str) -> None:
    if name.lower() in RESERVED or name.lower().startswith(RESERVED_START):
        raise ValidationError(_("This name is reserved. Choose another one."), code="reserved")


def validate_one_script(name: str) -> None:
    """Refuse letters of several alphabets in one name: such names imitate those of other people."""
    scripts = {unicodedata.name(char, "?").split()[0] for char in name if char.isalpha()}
    if len(scripts) > 1:
        raise ValidationError(_("Use letters of one alphabet only."), code="mixed_scripts")


username_validators: list[Callable[[str], None]] = [
    RegexValidator(
        r"^\w[\w.+-]{1,58}\w\Z",
        gettext_lazy(
            "Use 3 to 60 letters, digits, dots, dashes, plus signs or underscores, "
            "with a letter, digit or underscore at both ends."
        ),
        code="invalid",
    ),
    validate_not_reserved,
    validate_one_script,
]
