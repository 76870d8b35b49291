"""Every way to lose a right with the page open: written straight into the database, so that no hint helps."""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass

from tests.collab.editors import Editor, online
from tests.live.conftest import Tab, cookies_of, tab
from tests.servers import Server

NOT_SIGNED_IN, NOT_YOURS = 4401, 4403
AGRIFOOD = "desk:agrifood"
PLAN = "/ws/docs/plan/agrifood"
THE_TOKEN = "the token was revoked"
THE_ROLE = "the role was changed to one that only reads"


@dataclass(frozen=True)
class Loss:
    """``code`` is run with this ``person``; their socket must then end with ``ends``."""

    who: str
    code: str
    ends: int


SESSIONS = (
    "from django.contrib.sessions.models import Session\nfrom django.utils import timezone\n"
    "keys = [s.pk for s in Session.objects.all() if s.get_decoded().get('_auth_user_id') == str(person.pk)]\n"
    "mine = Session.objects.filter(pk__in=keys)\n"
)
ENDED = "from django.utils import timezone\nimport groups.models as g\n"

LOSSES = {
    "the session's row is gone": Loss("partner", f"{SESSIONS}assert mine.delete()[0]", NOT_SIGNED_IN),
    "the session expired": Loss("deputy", f"{SESSIONS}assert mine.update(expire_date=timezone.now())", NOT_SIGNED_IN),
    "the password changed": Loss("agency", "person.set_password('another long one'); person.save()", NOT_SIGNED_IN),
    "the account was closed": Loss("observer", "person.is_active = False; person.save()", NOT_SIGNED_IN),
    "the membership ended": Loss(
        "coordinator",
        f"{ENDED}assert g.Membership.objects.filter(person=person).update(ended_at=timezone.now())",
        NOT_YOURS,
    ),
    "the office ended": Loss(
        "secretariat",
        f"{ENDED}assert g.OfficeHolding.objects.filter(person=person).update(ended_at=timezone.now())",
        NOT_YOURS,
    ),
    THE_TOKEN: Loss(
        "mills",
        f"{ENDED}assert g.AccessToken.objects.filter(person=person).update(revoked_at=timezone.now())",
        NOT_SIGNED_IN,
    ),
    THE_ROLE: Loss(
        "rice",
        f"{ENDED}assert g.Membership.objects.filter(person=person).update(role='observer')",
        NOT_YOURS,
    ),
}


def make_token(server: Server) -> str:
    made = server.shell(
        "from groups.models import Person\nfrom groups.domain.tokens import make_token\n"
        f"person = Person.objects.get(email='{LOSSES[THE_TOKEN].who}@demo.example')\n"
        "print(make_token(person=person, name='a program')[1])"
    )
    return made.split()[-1]


def lose_all(server: Server) -> dict[str, float]:
    """Takes every right away in a process of its own; when each loss had been committed, in seconds of the epoch."""
    steps = [(name, loss.who, loss.code) for name, loss in LOSSES.items()]
    said = server.shell(
        "import json, time\nfrom groups.models import Person\nat = {}\n"
        f"for name, who, code in {steps!r}:\n"
        "    exec(code, {'person': Person.objects.get(email=f'{who}@demo.example')})\n"
        "    at[name] = time.time()\n"
        "print(json.dumps(at))"
    )
    return dict(json.loads(said))


async def ending(one: Tab) -> tuple[int, float]:
    return await one.close_code(60), time.time()


async def writing_on(editor: Editor, text: str) -> tuple[int, float]:
    """Types until the socket is closed."""
    while editor.code is None:
        await editor.type(text, 0, ".")
        await asyncio.sleep(0.05)
    return editor.code, time.time()


async def lose_everything(at: Server, sockets_at: Server, text: str) -> dict[str, tuple[int, float]]:
    """How each socket at one process ended that lost its right at another: its code, and after how many seconds.
    ``text`` is one of the plan's texts, which the one whose role is changed writes into meanwhile."""
    token = await asyncio.to_thread(make_token, at)
    async with contextlib.AsyncExitStack() as stack:
        watched = {}
        for name, loss in LOSSES.items():
            if name == THE_ROLE:
                cookies = await asyncio.to_thread(cookies_of, sockets_at, loss.who)
                editor = await stack.enter_async_context(online(f"{sockets_at.ws}{PLAN}", cookies))
                watched[name] = asyncio.ensure_future(writing_on(editor, text))
                continue
            if name == THE_TOKEN:
                from_elsewhere = {"Authorization": f"Bearer {token}", "Origin": "https://elsewhere.example"}
                one = await stack.enter_async_context(tab(sockets_at, "", **from_elsewhere))
            else:
                one = await stack.enter_async_context(tab(sockets_at, loss.who))
            assert (await one.subscribe(AGRIFOOD))["op"] == "subscribed", name
            watched[name] = asyncio.ensure_future(ending(one))
        lost_at = await asyncio.to_thread(lose_all, at)
        ends = dict(zip(watched, await asyncio.gather(*watched.values()), strict=True))
    return {name: (code, ended_at - lost_at[name]) for name, (code, ended_at) in ends.items()}


def assert_cut_in_time(ends: dict[str, tuple[int, float]]) -> float:
    """Each with its own code, within two seconds; returns the longest time that one took."""
    assert {name: code for name, (code, _seconds) in ends.items()} == {name: loss.ends for name, loss in LOSSES.items()}
    late = {name: seconds for name, (_code, seconds) in ends.items() if seconds > 2}
    assert not late
    return max(seconds for _code, seconds in ends.values())
