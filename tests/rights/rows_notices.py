"""A person's notices are theirs alone. The partner has one, about Agrifood's news."""

from django.db import transaction

from notices.domain import News, notify, token_for
from notices.kinds import register_notice_kind
from notices.models import Notice
from tests.notices.conftest import readers, words
from tests.rights.table import EVERYBODY, PARTNER, SIGNED_IN, Channel, Row, Stage

KIND = "tests.rights"
TITLE = "Soil days in the Oglio park"


def objects(stage: Stage) -> dict[str, object]:
    register_notice_kind(KIND, words=words, readers=readers)
    partner, author = stage.cast.partner, stage.cast.agency
    with transaction.atomic():
        subject, facts = "agrifood:rights", {"title": TITLE}
        notify(News(kind=KIND, recipients=[partner.pk], subject=subject, url="/", actor_id=author.pk, facts=facts))
    return {"partner": partner.pk, "notice": Notice.objects.get(kind=KIND).pk, "token": token_for(partner.pk)}


THEIRS = frozenset({PARTNER})
UP_TO = {"up_to": 2**62}

ROWS = [
    Row("GET", "/notices/", may=SIGNED_IN),
    Row("GET", "/notices/?show=all", may=SIGNED_IN),
    Row("GET", "/notices/{notice}/", may=THEIRS, status=302),
    Row("POST", "/notices/read/", may=THEIRS, status=302, send={"notice": "{notice}"}),
    Row("GET", "/notices/mail/", may=SIGNED_IN),
    Row("POST", "/notices/mail/", may=SIGNED_IN, status=302, send={"mail": "daily"}),
    Row("GET", "/notices/unsubscribe/{token}/", may=EVERYBODY),
    Row("POST", "/notices/unsubscribe/{token}/", may=EVERYBODY),
    Row("GET", "/api/notices", may=SIGNED_IN),
    Row("PUT", "/api/notices/read", may=SIGNED_IN, send=UP_TO),
    Row("GET", "/api/notices/events", may=SIGNED_IN),
    Row("PUT", "/api/notices/{notice}/read", may=THEIRS),
]

CHANNELS = [
    Channel("stream", "notices", "{partner}", reads=THEIRS),
]
