"""The addresses of one's account, beside those for signing in and for passwords; allauth finds them by these names."""

from allauth.account import views as account
from django.urls import include, path, re_path

from groups.views import sessions

urlpatterns = [
    path("signup/", account.signup, name="account_signup"),
    path("confirm-email/", account.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", account.confirm_email, name="account_confirm_email"),
    path("email/", account.email, name="account_email"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", sessions.sessions, name="usersessions_list"),
]
