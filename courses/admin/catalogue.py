"""Courses in the admin; every save goes through the authoring services."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline

from community_platform.core.admin import ReadOnlyAdmin
from community_platform.core.errors import DomainError
from courses.models import Course, CourseCategory, Enrollment, Lesson, LessonKind, Section
from courses.services import authoring

LESSON_KINDS = [(kind.value, kind.label) for kind in LessonKind if kind in authoring.OFFERED_KINDS]


class ServiceAdmin(ModelAdmin):  # type: ignore[misc]  # unfold is untyped
    """Saves by services: a refusal is shown above the page, and nothing of the request is kept."""

    show_full_result_count = False
    list_per_page = 50

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            changes = {name: form.cleaned_data[name] for name in form.changed_data}
            saved = self.update(request.user, obj, changes) if changes else obj
        else:
            saved = self.create(request.user, dict(form.cleaned_data))
        obj.pk = saved.pk
        obj.refresh_from_db()

    def create(self, actor: Any, data: dict[str, Any]) -> Model:
        raise NotImplementedError

    def update(self, actor: Any, row: Any, changes: dict[str, Any]) -> Model:
        raise NotImplementedError


class OptionalSlugForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """An empty address is made from the title."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False


class LessonForm(OptionalSlugForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = LESSON_KINDS  # type: ignore[attr-defined]  # a choice field
        sections = Section.objects.select_related("course").order_by("course__title", "position", "id")
        if self.instance.pk:
            sections = sections.filter(course=self.instance.course_id)
        field: Any = self.fields["section"]
        field.queryset = sections
        field.label_from_instance = lambda section: f"{section.course.title} — {section.title}"


@admin.register(CourseCategory)
class CourseCategoryAdmin(ServiceAdmin):
    form = OptionalSlugForm
    list_display = ("name", "slug", "icon", "order_index")
    fields = ("name", "slug", "icon", "order_index")
    ordering = ("order_index", "id")

    def create(self, actor: Any, data: dict[str, Any]) -> Model:
        return authoring.create_category(actor=actor, **data)

    def update(self, actor: Any, row: CourseCategory, changes: dict[str, Any]) -> Model:
        return authoring.update_category(actor=actor, category=row, **changes)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # courses stand on it


class SectionInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    model = Section
    fields = ("title", "position")
    extra = 0


class LessonInline(TabularInline):  # type: ignore[misc]  # unfold is untyped
    """The order and the switches of the lessons; their texts are a click away."""

    model = Lesson
    fields = ("title", "section", "kind", "duration_seconds", "is_required", "is_preview", "position")
    readonly_fields = ("section", "kind", "duration_seconds")
    extra = 0
    can_delete = False
    show_change_link = True
    ordering = ("position", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lesson]:
        return Lesson.objects.select_related("section").without_text()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Course)
class CourseAdmin(ServiceAdmin):
    form = OptionalSlugForm
    inlines = (SectionInline, LessonInline)
    actions = ("publish", "archive")
    list_display = (
        "title",
        "category",
        "instructor",
        "status",
        "students_count",
        "lessons_count",
        "published_at",
    )
    list_filter = ("status", "category", "level")
    list_select_related = ("category", "instructor")
    search_fields = ("title", "slug", "instructor__username")
    autocomplete_fields = ("instructor",)
    ordering = ("-created_at", "-id")
    fields = (
        "title", "slug", "category", "instructor", "summary", "description", "level", "price", "currency", "language",
        "status", "students_count", "lessons_count", "duration_minutes",
    )  # fmt: skip
    readonly_fields = ("status", "students_count", "lessons_count", "duration_minutes")

    def create(self, actor: Any, data: dict[str, Any]) -> Model:
        return authoring.create_course(actor=actor, **data)

    def update(self, actor: Any, row: Course, changes: dict[str, Any]) -> Model:
        return authoring.update_course(actor=actor, course=row, **changes)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.save(commit=False)
        actor = request.user
        for row in formset.deleted_objects:
            authoring.delete_section(actor=actor, section=row)
        for row, changed in formset.changed_objects:
            if isinstance(row, Section):
                authoring.update_section(actor=actor, section=row, title=row.title, position=row.position)
            else:
                authoring.update_lesson(
                    actor=actor, lesson=row, **{name: getattr(row, name) for name in changed}
                )
        for row in formset.new_objects:
            authoring.add_section(actor=actor, course=form.instance, title=row.title, position=row.position)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # archive it: students keep what they learned

    @admin.action(description=_("Publish the selected courses"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        done = self._each(request, queryset, authoring.publish)
        text = ngettext("%(n)d course published.", "%(n)d courses published.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)

    @admin.action(description=_("Archive the selected courses"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        done = self._each(request, queryset, authoring.archive)
        text = ngettext("%(n)d course archived.", "%(n)d courses archived.", done)
        self.message_user(request, text % {"n": done}, messages.SUCCESS)

    def _each(self, request: HttpRequest, courses: QuerySet[Course], service: Callable[..., Course]) -> int:
        """Call `service` for each course and return for how many it worked; say why for the others."""
        done = 0
        for course in courses:
            try:
                service(actor=request.user, course=course)
                done += 1
            except DomainError as error:
                self.message_user(request, f"{course.title}: {error.message}", messages.ERROR)
        return done


@admin.register(Lesson)
class LessonAdmin(ServiceAdmin):
    form = LessonForm
    list_display = ("title", "course", "section", "kind", "duration_seconds", "is_required", "is_preview")
    list_filter = ("kind", "is_required", "is_preview")
    list_select_related = ("course", "section")
    search_fields = ("title", "slug", "course__title")
    ordering = ("course", "position", "id")
    fields = (
        "section", "title", "slug", "kind", "content", "video_url", "duration_seconds", "is_required", "is_preview",
        "position",
    )  # fmt: skip

    def create(self, actor: Any, data: dict[str, Any]) -> Model:
        return authoring.add_lesson(actor=actor, **data)

    def update(self, actor: Any, row: Lesson, changes: dict[str, Any]) -> Model:
        return authoring.update_lesson(actor=actor, lesson=row, **changes)

    def delete_model(self, request: HttpRequest, obj: Lesson) -> None:
        authoring.delete_lesson(actor=request.user, lesson=obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Lesson]) -> None:
        for lesson in queryset.select_related("course"):
            authoring.delete_lesson(actor=request.user, lesson=lesson)


@admin.register(Enrollment)
class EnrollmentAdmin(ReadOnlyAdmin):
    """Who learns what; nothing to change by hand."""

    list_display = ("user", "course", "progress_percent", "enrolled_at", "last_activity_at", "completed_at")
    list_select_related = ("user", "course")
    list_filter = ("completed_at",)
    search_fields = ("user__username", "course__title")
    ordering = ("-enrolled_at", "-id")
    show_full_result_count = False
    fields = list_display
    readonly_fields = list_display
