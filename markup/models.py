"""Texts as they were rendered once, so that no reader waits for it again."""

from django.db import models


class StoredRendering(models.Model):
    """What the pipeline in this version made of the source with this SHA-256, with headings from this level on."""

    digest = models.CharField(max_length=64)
    pipeline_version = models.PositiveSmallIntegerField()
    base_heading = models.PositiveSmallIntegerField()
    html = models.TextField()
    text = models.TextField()
    mentions = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("digest", "pipeline_version", "base_heading"), name="one_rendering_of_a_source"
            ),
        )

    def __str__(self) -> str:
        return f"{self.digest[:12]} in version {self.pipeline_version}"
