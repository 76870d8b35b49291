"""The network: its regions, organisations, working groups and course."""

from django.db import models

from groups.enums import Accent


class Network(models.Model):
    """A programme that ties regions and working groups together, such as Clusters-CORD."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    long_name = models.CharField(max_length=300, blank=True)
    programme = models.CharField(max_length=200, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    lead_partner = models.ForeignKey("Organisation", models.PROTECT, null=True, related_name="+")
    exchange_director = models.ForeignKey("Organisation", models.PROTECT, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Region(models.Model):
    """A European region with its NUTS 2 code; ``position`` orders regions north to south."""

    code = models.CharField(max_length=5, unique=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    native_name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    language = models.CharField(max_length=8)
    lat = models.FloatField()
    lon = models.FloatField()
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """An agency, firm, park, university or association; ``lat``/``lon`` are its seat's where that is known."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="organisations")
    role = models.CharField(max_length=200, blank=True)
    is_agency = models.BooleanField(default=False)
    about = models.TextField(blank=True)
    website = models.URLField(blank=True)
    seat = models.CharField(max_length=200, blank=True)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class WorkingGroup(models.Model):
    """A thematic working group, on its way to one meta-cluster."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    network = models.ForeignKey(Network, models.PROTECT, related_name="working_groups")
    coordinating_organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    supporting_organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    accent = models.CharField(max_length=20, choices=Accent.choices, default=Accent.GREEN)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """Something of note in the network's course: on one day, or over a stretch of days."""

    network = models.ForeignKey(Network, models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=50)
    title = models.CharField(max_length=300)
    place = models.CharField(max_length=200, blank=True)
    organiser = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    attendance = models.CharField(max_length=300, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        ordering = ("starts_on", "title")

    def __str__(self) -> str:
        return self.title
