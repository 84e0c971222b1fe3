"""Parsing of the studio's forms about courses, lessons, files, staff and archives; the services validate."""

import re
import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from courses import limits
from courses.models import Course, CourseCategory, Lesson, LessonKind, Level, StaffRole

PICTURES = "image/png,image/jpeg,image/webp,image/gif"


def new_token() -> str:
    """Return the value by which a form that is sent twice is known."""
    return uuid.uuid4().hex


class LengthField(forms.CharField):
    """A length as minutes:seconds or hours:minutes:seconds; a number alone is minutes. Its value is seconds."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 10)
        attrs = {"placeholder": "4:05", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> int | None:
        written = super().clean(value)
        if not written:
            return None
        found = re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,4})(?::([0-5]\d))?", written.strip(), re.ASCII)
        if found is None:
            raise forms.ValidationError(_("Write it as minutes:seconds, such as 4:05."), code="invalid")
        hours, minutes, seconds = found.groups()
        if seconds is None and hours is not None:  # 4:05
            hours, minutes, seconds = None, hours, minutes
        if int(seconds or 0) > 59:
            raise forms.ValidationError(_("Write it as minutes:seconds, such as 4:05."), code="invalid")
        return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds or 0)

    def prepare_value(self, value: Any) -> Any:
        return length(value) if isinstance(value, int) else value


def length(seconds: int | None) -> str:
    """Write seconds as LengthField reads them; nothing for none."""
    if not seconds:
        return ""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


class CourseForm(forms.Form):
    """A course. `course` None: a new one."""

    title = forms.CharField(label=_("Title"), max_length=limits.TITLE_MAX)
    summary = forms.CharField(
        label=_("In one sentence"),
        max_length=limits.SUMMARY_MAX,
        help_text=_("Stands on the card in the catalogue."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    category = forms.TypedChoiceField(label=_("Category"), coerce=int)
    level = forms.ChoiceField(label=_("Level"), choices=Level.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    price = forms.DecimalField(
        label=_("Price"), min_value=0, max_digits=9, decimal_places=2, help_text=_("0 is free of charge.")
    )
    currency = forms.CharField(label=_("Currency"), min_length=3, max_length=3)
    slug = forms.CharField(label=_("Address"), required=False, max_length=limits.SLUG_MAX)
    description = forms.CharField(
        label=_("Description"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 8})
    )
    objectives = forms.CharField(
        label=_("What students will be able to do"),
        required=False,
        max_length=limits.OBJECTIVES_MAX,
        help_text=_("One a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    cover = forms.FileField(
        label=_("Cover"),
        required=False,
        allow_empty_file=True,
        help_text=_("PNG, JPEG, WebP or GIF, at most 4 MB. It is cut to 16:9."),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    remove_cover = forms.BooleanField(label=_("Remove the cover"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=new_token)

    def __init__(self, *args: Any, course: Course | None, categories: list[CourseCategory], **kwargs: Any) -> None:
        kwargs["initial"] = _initial(course) if course else {"price": 0, "currency": "USD"}
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(row.pk, row.name) for row in categories]  # type: ignore[attr-defined]
        if course is not None and course.language not in dict(settings.LANGUAGES):
            languages = [*settings.LANGUAGES, (course.language, course.language)]
            self.fields["language"].choices = languages  # type: ignore[attr-defined]
        if course is None or not course.cover:
            del self.fields["remove_cover"]
        if course is not None and course.published_at:
            self.fields["slug"].help_text = _("Stays as it is: links name it.")
            self.fields["slug"].widget.attrs["readonly"] = True
        else:
            self.fields["slug"].help_text = _("Empty: made from the title.")

    def written(self) -> dict[str, Any]:
        """Return what the services take."""
        names = CourseForm.base_fields.keys() - {"cover", "remove_cover", "revision", "token", "slug"}
        data = {name: self.cleaned_data[name] for name in names}
        return {**data, "slug": self.cleaned_data["slug"]} if self.cleaned_data["slug"] else data


def _initial(course: Course) -> dict[str, Any]:
    names = CourseForm.base_fields.keys() - {"category", "cover", "remove_cover", "token"}
    return {name: getattr(course, name) for name in names} | {"category": course.category_id}


class SectionForm(forms.Form):
    title = forms.CharField(label=_("Title of the section"), max_length=limits.TITLE_MAX)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=new_token)


class PlaceForm(forms.Form):
    index = forms.IntegerField(min_value=0, max_value=limits.LESSONS_MAX)


class LessonPlaceForm(PlaceForm):
    section = forms.IntegerField(min_value=1)


class LessonForm(forms.Form):
    """A lesson of any kind. A quiz has no film and its questions on a page of their own."""

    title = forms.CharField(label=_("Title"), max_length=limits.TITLE_MAX)
    slug = forms.CharField(
        label=_("Address"), required=False, max_length=limits.SLUG_MAX, help_text=_("Empty: made from the title.")
    )
    content = forms.CharField(
        label=_("Text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 14})
    )
    video_file = forms.FileField(
        label=_("Film"),
        required=False,
        allow_empty_file=True,
        help_text=_("WebM or MP4, at most 100 MB."),
        widget=forms.FileInput(attrs={"accept": "video/webm,video/mp4"}),
    )
    video_url = forms.CharField(
        label=_("or its address on this site"), required=False, max_length=300, help_text=_("Begins with /.")
    )
    captions_file = forms.FileField(
        label=_("Captions"),
        required=False,
        allow_empty_file=True,
        help_text=_("WebVTT. Without captions many people cannot follow."),
        widget=forms.FileInput(attrs={"accept": ".vtt,text/vtt"}),
    )
    captions_url = forms.CharField(label=_("or their address on this site"), required=False, max_length=300)
    duration_seconds = LengthField(
        label=_("Length"), help_text=_("Minutes and seconds. Films that say how long they are fill it in.")
    )
    is_required = forms.BooleanField(label=_("Needed to complete the course"), required=False, initial=True)
    is_preview = forms.BooleanField(label=_("Open to everybody as a preview"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    token = forms.CharField(required=False, widget=forms.HiddenInput, initial=new_token)

    def __init__(self, *args: Any, kind: str, lesson: Lesson | None = None, **kwargs: Any) -> None:
        own = self.base_fields.keys() - {"video_file", "captions_file", "token"}
        if lesson is not None:
            kwargs["initial"] = {name: getattr(lesson, name) for name in own}
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind != LessonKind.VIDEO:
            for name in ("video_file", "video_url", "captions_file", "captions_url"):
                del self.fields[name]
        if kind == LessonKind.QUIZ:
            self.fields["content"].widget.attrs["rows"] = 5
            self.fields["content"].label = _("Introduction")

    def written(self) -> dict[str, Any]:
        """Return what the services take; no address leaves the one there is, or has it made of the title."""
        named = ("title", "content", "is_required", "is_preview")
        data = {name: self.cleaned_data[name] for name in named}
        data["duration_seconds"] = self.cleaned_data["duration_seconds"] or 0
        if self.cleaned_data["slug"]:
            data["slug"] = self.cleaned_data["slug"]
        if self.kind == LessonKind.VIDEO:
            data |= {name: self.cleaned_data[name] for name in ("video_url", "captions_url")}
        return data


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        help_text=_("Pictures, films (WebM, MP4, 100 MB), captions (WebVTT), PDF, ZIP, office files, text (20 MB)."),
    )


class StaffForm(forms.Form):
    user = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=StaffRole.choices, initial=StaffRole.ASSISTANT)


class ImportForm(forms.Form):
    archive = forms.FileField(
        label=_("Archive file"),
        allow_empty_file=True,
        help_text=_("ZIP or tar.gz, at most 100 MB."),
        widget=forms.FileInput(attrs={"accept": ".zip,.tar.gz,.tgz,application/zip,application/gzip"}),
    )
    category = forms.TypedChoiceField(
        label=_("Category"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=_("If the archive does not say, or names one that we do not have."),
    )
    again = forms.BooleanField(
        label=_("Make another draft, even if this archive is here already"), required=False
    )

    def __init__(self, *args: Any, categories: list[CourseCategory], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shelves = [("", _("The first one")), *((row.pk, row.name) for row in categories)]
        self.fields["category"].choices = shelves  # type: ignore[attr-defined]
