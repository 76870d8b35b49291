"""Who may use the pages about one's own account: everybody their own, signed in."""

from tests.rights.table import EVERYBODY, NO_ONE, NOBODY, SIGNED_IN, Row

LOCK = "/accounts/2fa/"
NEW = {"name": "New", "email": "new@signup.example", "password1": "a password of mine"}


def _after_one_more_look(address: str) -> list[Row]:
    """What touches the second lock: whoever signed in a while ago first confirms that it is they (302)."""
    return [
        Row("GET", address, may=SIGNED_IN, status=302),
        Row("POST", address, may=SIGNED_IN, status=302),
    ]


ROWS = [
    Row("GET", "/accounts/signup/", may=NOBODY, otherwise=302),
    Row("POST", "/accounts/signup/", may=EVERYBODY, status=302, send=NEW),
    Row("GET", "/accounts/confirm-email/", may=EVERYBODY),
    # A link that opens nothing says so.
    Row("GET", "/accounts/confirm-email/x/", may=EVERYBODY),
    Row("POST", "/accounts/confirm-email/x/", may=NO_ONE, nobody=404),
    Row("GET", "/accounts/email/", may=SIGNED_IN),
    Row(
        "POST", "/accounts/email/", may=SIGNED_IN, status=302, send={"email": "another@cast.example", "action_add": ""}
    ),
    Row("GET", "/accounts/reauthenticate/", may=SIGNED_IN),
    Row("POST", "/accounts/reauthenticate/", may=SIGNED_IN, status=302, send={"password": "a long password"}),
    Row("GET", LOCK, may=SIGNED_IN),
    # Only halfway through signing in is there something to do here.
    Row("GET", LOCK + "authenticate/", may=SIGNED_IN, status=302),
    Row("POST", LOCK + "authenticate/", may=SIGNED_IN, status=302),
    *_after_one_more_look(LOCK + "reauthenticate/"),
    *_after_one_more_look(LOCK + "totp/activate/"),
    Row("GET", LOCK + "totp/deactivate/", may=NO_ONE),
    Row("POST", LOCK + "totp/deactivate/", may=NO_ONE),
    Row("GET", LOCK + "recovery-codes/", may=NO_ONE),
    *_after_one_more_look(LOCK + "recovery-codes/generate/"),
    Row("GET", LOCK + "recovery-codes/download/", may=NO_ONE),
    Row("GET", LOCK + "webauthn/", may=SIGNED_IN),
    *_after_one_more_look(LOCK + "webauthn/add/"),
    *_after_one_more_look(LOCK + "webauthn/reauthenticate/"),
    *_after_one_more_look(LOCK + "webauthn/keys/1/remove/"),
    *_after_one_more_look(LOCK + "webauthn/keys/1/edit/"),
    Row("GET", LOCK + "webauthn/login/", may=SIGNED_IN, status=302),
    Row("POST", LOCK + "webauthn/login/", may=SIGNED_IN, status=302),
    Row("GET", "/accounts/sessions/", may=SIGNED_IN),
    Row("POST", "/accounts/sessions/", may=SIGNED_IN, status=302),
]
