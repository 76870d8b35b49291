"""What people wrote in a line of its own, in templates: a title carries its language as a text does."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from markup.languages import language_of

register = template.Library()


@register.simple_tag
def in_its_language(line: str, text: str = "") -> SafeString:
    """A line with the language that its small words tell, else that of the text that it stands above, if any."""
    language = language_of(line) or language_of(text)
    return format_html('<span lang="{}">{}</span>', language, line) if language else conditional_escape(line)
