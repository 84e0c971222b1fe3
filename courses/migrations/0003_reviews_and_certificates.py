"""Why a review is hidden; the indexes of stars and of revoked certificates."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("courses", "0002_learning"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="review",
            name="removal_reason",
            field=models.CharField(blank=True, default="", max_length=500, verbose_name="reason of hiding"),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="certificate",
            name="revoke_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="reason of revoking"),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(
                condition=models.Q(("revoked_at__isnull", False)),
                fields=["revoked_at"],
                name="certificate_revoked",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("counts", True)), fields=["course", "rating"], name="review_stars"
            ),
        ),
    ]
