"""Who may see the public pages and the addresses for signing in."""

from groups.models import Person
from tests.rights.table import EVERYBODY, NO_ONE, READERS, SIGNED_IN, Row, Stage
from workspace.languages import catalogue_address


def objects(stage: Stage) -> dict[str, object]:
    demo = Person.objects.create_user("somebody@demo.example", "demo", name="Somebody", is_demo=True)
    names = {"demo_person": demo.email, "real_person": stage.cast.secretariat.email}
    return names | {"catalogue": catalogue_address("it")}


KEY = "/accounts/password/reset/key/1-set-password/"
NEW_PASSWORD = {"oldpassword": "a long password", "password1": "quite another one", "password2": "quite another one"}
WRONG = {"login": "partner@cast.example", "password": "a wrong password"}

ROWS = [
    Row("GET", "/", may=EVERYBODY),
    Row("GET", "/groups/agrifood/", may=EVERYBODY),
    Row("GET", "/groups/agrifood/", may=READERS, otherwise=200, nobody=200, shows="/groups/agrifood/members/"),
    Row("POST", "/groups/agrifood/looked/", may=READERS, status=302, send={"upto": "1330000000000000"}),
    Row("GET", "/groups/nothing/", may=NO_ONE, nobody=404),
    Row("GET", "/regions/slaskie/", may=EVERYBODY),
    Row("GET", "/regions/nowhere/", may=NO_ONE, nobody=404),
    Row("GET", "{catalogue}", may=EVERYBODY),
    Row("POST", "/language/", may=EVERYBODY, status=302, send={"language": "it", "next": "/regions/slaskie/"}),
    Row("POST", "/language/", may=NO_ONE, nobody=404, send={"language": "tlh"}),
    Row("GET", "/robots.txt", may=EVERYBODY),
    Row("GET", "/offline/", may=EVERYBODY),
    Row("GET", "/worker.js", may=EVERYBODY),
    Row("GET", "/design/", may=EVERYBODY),
    # Signing in: whoever is signed in is sent on.
    Row("GET", "/accounts/login/", may=EVERYBODY - SIGNED_IN, otherwise=302),
    Row("POST", "/accounts/login/", may=EVERYBODY - SIGNED_IN, otherwise=302, send=WRONG),
    Row("POST", "/accounts/demo/", may=EVERYBODY, status=302, send={"person": "{demo_person}"}),
    Row("POST", "/accounts/demo/", may=NO_ONE, nobody=404, send={"person": "{real_person}"}),
    Row("GET", "/accounts/logout/", may=SIGNED_IN, nobody=302),
    Row("POST", "/accounts/logout/", may=EVERYBODY, status=302),
    Row("GET", "/accounts/inactive/", may=EVERYBODY),
    Row("GET", "/accounts/password/change/", may=SIGNED_IN),
    Row("POST", "/accounts/password/change/", may=SIGNED_IN, status=302, send=NEW_PASSWORD),
    # For those who have none yet.
    Row("GET", "/accounts/password/set/", may=SIGNED_IN, status=302),
    Row("POST", "/accounts/password/set/", may=SIGNED_IN, status=302),
    Row("GET", "/accounts/password/reset/", may=EVERYBODY),
    Row("POST", "/accounts/password/reset/", may=EVERYBODY, status=302, send={"email": "nobody@cast.example"}),
    Row("GET", "/accounts/password/reset/done/", may=EVERYBODY),
    Row("GET", KEY, may=EVERYBODY),
    Row("POST", KEY, may=EVERYBODY, send={"password1": "quite another one", "password2": "quite another one"}),
    Row("GET", "/accounts/password/reset/key/done/", may=EVERYBODY),
]
