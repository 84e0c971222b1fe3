"""Covers of courses, addresses of their files, archives that became courses."""

import courses.models.file
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0003_reviews_and_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="course",
            name="cover",
            field=models.FileField(blank=True, upload_to="courses/%Y/%m", verbose_name="cover"),
        ),
        migrations.AddField(
            model_name="coursefile",
            name="key",
            field=models.CharField(
                default=courses.models.file.new_key, editable=False, max_length=32, unique=True
            ),
        ),
        migrations.AlterField(
            model_name="coursefile",
            name="file",
            field=models.FileField(max_length=200, upload_to="course-files/%Y/%m", verbose_name="file"),
        ),
        migrations.CreateModel(
            name="CourseImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("markdown", "Markdown"), ("olx", "Open edX")], max_length=8),
                ),
                ("digest", models.CharField(max_length=64)),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("notes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "course",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="imported",
                        to="courses.course",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="course_imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "digest", "number"), name="course_import_once")
                ],
            },
        ),
    ]
