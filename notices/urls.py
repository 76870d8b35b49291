"""The addresses of the pages about notices."""

from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.read, name="read"),
    path("notices/mail/", views.mail, name="mail"),
    path("notices/unsubscribe/<str:token>/", views.unsubscribe_by_link, name="unsubscribe"),
    path("notices/<int:pk>/", views.notice, name="notice"),
]
