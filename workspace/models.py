"""What only the pages that draw from several rooms keep."""

from django.db import models

from groups.models import Person, WorkingGroup


class LastLook(models.Model):
    """Up to which moment a person has seen what changed in a group; its overview goes on from there."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="last_looks")
    working_group = models.ForeignKey(WorkingGroup, models.CASCADE, related_name="last_looks")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "working_group"), name="one_last_look_in_a_group"),)

    def __str__(self) -> str:
        return f"{self.person} in {self.working_group} at {self.at}"
