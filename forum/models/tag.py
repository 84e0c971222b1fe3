"""Words that group topics across categories."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A tag. `topics_count` counts topics that are not deleted.

    A synonym is never on a topic: whoever writes it gets the tag that it stands for, which is no synonym itself.
    """

    name = models.CharField(_("name"), max_length=24)
    slug = models.SlugField(_("slug"), max_length=40, unique=True)
    description = models.CharField(_("description"), max_length=200, blank=True)
    synonym_of = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="synonyms",
        verbose_name=_("synonym of"),
    )
    topics_count = models.PositiveIntegerField(_("topics"), default=0, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        indexes = [models.Index(fields=["-topics_count", "id"], name="tag_popular")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/forum/tag/{self.slug}/"
