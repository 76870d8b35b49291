"""The sections that a plan begins with. Headings are stored in the working language when a plan is started; the
guidance is stored as written here and translated when it is shown (Section.shown_guidance)."""

from typing import NamedTuple

from django.utils.translation import gettext_noop as _


class TemplateSection(NamedTuple):
    heading: str
    guidance: str


SECTION_TEMPLATE = (
    TemplateSection(
        _("Executive summary"),
        _("What the meta-cluster is, for whom, and what will be different in five years. Half a page, written last."),
    ),
    TemplateSection(
        _("The sector in the ten regions"),
        _("Firms, people, research and existing clusters in each region. Each figure with its source and its date."),
    ),
    TemplateSection(
        _("Strengths and gaps"),
        _("What the regions do well together, what none of them has alone, and what the study visits taught."),
    ),
    TemplateSection(
        _("Vision of the meta-cluster"),
        _("One paragraph that every region can sign: what this sector will be able to do across borders."),
    ),
    TemplateSection(
        _("Objectives"),
        _("Three to five objectives. For each: why it matters, who gains, and how the group will know it was reached."),
    ),
    TemplateSection(
        _("Actions"),
        _("How the actions of the table hang together and in which order they start. The table holds the details."),
    ),
    TemplateSection(
        _("Governance and financing"),
        _("Who decides, who speaks for the meta-cluster, who pays for what, and which programmes may contribute."),
    ),
    TemplateSection(
        _("Monitoring"),
        _("Which indicators are read, by whom and how often, and what happens when one of them falls behind."),
    ),
)
