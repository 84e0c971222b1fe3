"""Adding a picture without a script."""

from django import forms
from django.utils.translation import gettext_lazy as _

from forum.limits import ALT_MAX


class PictureForm(forms.Form):
    """A file and what it shows, for those who do not see it."""

    picture = forms.FileField(
        label=_("Picture"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp,image/gif"}),
    )
    alt = forms.CharField(
        label=_("What does it show?"),
        required=False,
        max_length=ALT_MAX,
        help_text=_("For people who cannot see it, and where it does not load."),
    )
