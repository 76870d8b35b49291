"""Whole sentences to translate, also where a part of them is drawn by a tag."""

from django import template

register = template.Library()


@register.simple_block_tag
def part(content: str) -> str:
    """Keeps what it encloses for ``blocktranslate``: ``{% part as who %}{% byline person %}{% endpart %}``."""
    return content
