"""Every page's address. Each app brings its own; the pages that draw from several apps are here."""

from allauth.account import views as account
from django.conf import settings
from django.urls import URLPattern, include, path, re_path

from workspace import demo_access, design, languages, offline, queries, views
from workspace.api import api, no_such_address


def signing_in(*, demo: bool) -> list[URLPattern]:
    """Of django-allauth's views those in use, under its own names, by which it finds them; the demo adds one click."""
    routes = [
        path(
            "accounts/login/",
            account.LoginView.as_view(extra_context={"demo_people": queries.demo_people} if demo else None),
            name="account_login",
        ),
        path("accounts/logout/", account.logout, name="account_logout"),
        path("accounts/inactive/", account.account_inactive, name="account_inactive"),
        path("accounts/password/change/", account.password_change, name="account_change_password"),
        path("accounts/password/set/", account.password_set, name="account_set_password"),
        path("accounts/password/reset/", account.password_reset, name="account_reset_password"),
        path("accounts/password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
        re_path(
            r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            account.password_reset_from_key,
            name="account_reset_password_from_key",
        ),
        path(
            "accounts/password/reset/key/done/",
            account.password_reset_from_key_done,
            name="account_reset_password_from_key_done",
        ),
    ]
    return [*routes, path("accounts/demo/", demo_access.sign_in, name="demo-sign-in")] if demo else routes


def component_page(*, demo: bool) -> list[URLPattern]:
    """The living page of components is for those who build: nobody's outside the demo."""
    return [path("design/", design.components, name="design")] if demo else []


urlpatterns = [
    path("", views.home, name="home"),
    path("groups/<slug:slug>/", views.group, name="group"),
    path("groups/<slug:slug>/looked/", views.looked, name="looked"),
    path("regions/<slug:slug>/", views.region, name="region"),
    *signing_in(demo=settings.DEMO),
    path("accounts/", include("groups.account_urls")),
    path("jsi18n/<slug:language>.<slug:digest>.js", languages.javascript_catalogue, name="javascript-catalog"),
    path("language/", languages.choose, name="language"),
    path("api/", api.urls),
    path("api/<path:rest>", no_such_address, name="no-such-api-address"),
    path("", include("groups.urls")),
    path("", include("notices.urls")),
    path("", include("forums.urls")),
    path("", include("visits.urls")),
    path("", include("plans.urls")),
    path("files/", include("files.urls")),
    *component_page(demo=settings.DEMO),
    path("offline/", offline.offline, name="offline"),
    path("worker.js", offline.worker, name="worker"),
    path("robots.txt", views.robots, name="robots"),
]
