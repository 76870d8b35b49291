"""Where uploads are read."""

from django.urls import path

from files import views

app_name = "files"
urlpatterns = [path("<uuid:uuid>/<str:size>", views.file, name="file")]
