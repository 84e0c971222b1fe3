"""What a user name may look like."""

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

username_validators = [
    RegexValidator(r"^[\w.-]{3,30}\Z", _("Use 3 to 30 letters, digits, dots, dashes or underscores.")),
]
