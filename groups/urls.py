"""The addresses of the pages about people."""

from django.urls import path

from groups.views import invitations, joining, members, organisations, people, profile, sessions

app_name = "groups"
urlpatterns = [
    path("groups/<slug:slug>/members/", members.members, name="members"),
    path("groups/<slug:slug>/members/new/", members.new_member, name="new-member"),
    path("groups/<slug:slug>/members/<int:pk>/", members.member, name="member"),
    path("groups/<slug:slug>/members/<int:pk>/end/", members.end_membership, name="end-membership"),
    path("groups/<slug:slug>/members/invite/", invitations.invite, name="invite"),
    path("groups/<slug:slug>/members/history/", members.history, name="history"),
    path("groups/<slug:slug>/members/invitations/<int:pk>/resend/", invitations.resend, name="resend-invitation"),
    path("groups/<slug:slug>/members/invitations/<int:pk>/withdraw/", invitations.withdraw, name="withdraw-invitation"),
    path("groups/<slug:slug>/members/requests/<int:pk>/", joining.answer, name="request"),
    path("groups/<slug:slug>/join/", joining.join, name="join"),
    path("groups/<slug:slug>/join/withdraw/", joining.take_back, name="withdraw-request"),
    path("invitations/<str:secret>/", invitations.invitation, name="invitation"),
    path("people/", people.people, name="people"),
    path("people/new/", people.new_person, name="new-person"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit_person, name="edit-person"),
    path("people/<int:pk>/mandates/", people.new_mandate, name="new-mandate"),
    path("people/<int:pk>/mandates/<int:mandate>/end/", people.close_mandate, name="end-mandate"),
    path("people/<int:pk>/offices/", people.new_office, name="new-office"),
    path("people/<int:pk>/offices/<int:holding>/end/", people.close_office, name="end-office"),
    path("people/<int:pk>/close/", people.close, name="close-account"),
    path("people/<int:pk>/reopen/", people.reopen, name="reopen-account"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new/", organisations.new_organisation, name="new-organisation"),
    path("organisations/<slug:slug>/", organisations.organisation, name="organisation"),
    path("organisations/<slug:slug>/edit/", organisations.edit_organisation, name="edit-organisation"),
    path("organisations/<slug:slug>/about/", organisations.describe, name="describe-organisation"),
    path("organisations/<slug:slug>/offers/new/", organisations.new_offer, name="new-offer"),
    path("organisations/<slug:slug>/offers/<int:pk>/", organisations.offer, name="offer"),
    path("organisations/<slug:slug>/offers/<int:pk>/withdraw/", organisations.end_offer, name="withdraw-offer"),
    path("profile/", profile.profile, name="profile"),
    path("profile/data/", profile.data, name="data"),
    path("profile/sessions/<int:pk>/end/", sessions.end, name="end-session"),
    path("profile/tokens/", profile.new_token, name="new-token"),
    path("profile/tokens/<int:pk>/revoke/", profile.end_token, name="end-token"),
]
