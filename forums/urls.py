"""The forum's addresses."""

from django.urls import path

from forums.views import posts, topics

app_name = "forums"
urlpatterns = [
    path("groups/<slug:slug>/forum/", topics.forum, name="forum"),
    path("topics/<int:topic_id>/", topics.topic, name="topic"),
    path("topics/<int:topic_id>/read/", topics.mark_all_read, name="mark-read"),
    path("topics/<int:topic_id>/change/", topics.change, name="change"),
    path("topics/<int:topic_id>/trace/", topics.topic_trace, name="topic-trace"),
    path("topics/<int:topic_id>/posts/<int:number>/edit/", posts.edit, name="edit"),
    path("topics/<int:topic_id>/posts/<int:number>/delete/", posts.delete, name="delete"),
    path("topics/<int:topic_id>/posts/<int:number>/react/", posts.react_to, name="react"),
    path("topics/<int:topic_id>/posts/<int:number>/trace/", posts.trace, name="trace"),
]
