"""The letters that people get about their coming into groups, each in the language of whoever reads it."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from groups.domain.invitations import Letter, note_sent
from groups.models import JoinRequest


def send_invitation(letter: Letter) -> bool:
    """Sends the letter with its link; False where the mail server could not be had. It can be sent again."""
    invitation = letter.invitation
    with translation.override(invitation.language):
        words = {
            "invitation": invitation,
            "group": invitation.working_group.name,
            "by": invitation.invited_by.name,
            "address": _absolute(reverse("groups:invitation", args=[letter.secret])),
        }
        subject = _("%(by)s invites you into the working group %(group)s") % words
        text = render_to_string("groups/email/group_invitation.txt", words)
        if not _sent(subject, text, invitation.email):
            return False
    note_sent(invitation=invitation)
    return True


def send_answer(request: JoinRequest) -> bool:
    """Tells the person what became of their request to join; False where the mail server could not be had."""
    request.refresh_from_db()
    with translation.override(request.person.language):
        words = {
            "request": request,
            "group": request.working_group.name,
            "address": _absolute(reverse("group", args=[request.working_group.slug])),
        }
        text = render_to_string("groups/email/request_answered.txt", words)
        return _sent(_("Your request to join %(group)s") % words, text, request.person.email)


def _sent(subject: str, text: str, address: str) -> bool:
    """Whether the letter was handed over. The subject is one line, whatever a group or person is called."""
    try:
        send_mail(" ".join(subject.split()), text, None, [address])
    except OSError:  # every error of smtplib is one
        return False
    return True


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"
