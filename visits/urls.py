"""The study visits' addresses."""

from django.urls import path

from visits.views import lessons, log, reviews, stories, visits

app_name = "visits"
urlpatterns = [
    path("groups/<slug:slug>/visits/", visits.visits, name="visits"),
    path("groups/<slug:slug>/visits/plan/", visits.plan, name="plan"),
    path("visits/<int:visit_id>/", visits.visit, name="visit"),
    path("visits/<int:visit_id>/edit/", visits.edit, name="edit"),
    path("visits/<int:visit_id>/open/", visits.open_to_network, name="open"),
    path("visits/<int:visit_id>/close/", visits.close_to_network, name="close"),
    path("visits/<int:visit_id>/join/", visits.join, name="join"),
    path("visits/<int:visit_id>/leave/", visits.leave, name="leave"),
    path("visits/<int:visit_id>/participants/", visits.add, name="add-participant"),
    path("visits/<int:visit_id>/participants/<int:person_id>/remove/", visits.remove, name="remove-participant"),
    path("visits/<int:visit_id>/log/", log.new, name="log"),
    path("visits/entries/<int:entry_id>/edit/", log.edit, name="edit-entry"),
    path("visits/entries/<int:entry_id>/delete/", log.delete, name="delete-entry"),
    path("visits/<int:visit_id>/entries/<int:entry_id>/", log.card, name="entry"),
    path("visits/<int:visit_id>/lessons/new/", lessons.new, name="new-lesson"),
    path("visits/lessons/<int:lesson_id>/edit/", lessons.edit, name="edit-lesson"),
    path("visits/lessons/<int:lesson_id>/history/", lessons.history, name="lesson-history"),
    path("visits/lessons/<int:lesson_id>/delete/", lessons.delete, name="delete-lesson"),
    path("visits/<int:visit_id>/story/", stories.story, name="story"),
    path("visits/<int:visit_id>/story/edit/", stories.edit, name="edit-story"),
    path("visits/<int:visit_id>/story/review/", reviews.review, name="review"),
    path("visits/<int:visit_id>/story/review/ask/", reviews.ask, name="ask-review"),
    path("visits/<int:visit_id>/story/review/return/", reviews.send_back, name="return-story"),
    path("visits/<int:visit_id>/story/review/comment/", reviews.comment, name="comment-story"),
    path("visits/comments/<int:comment_id>/resolve/", reviews.resolve, name="resolve-comment"),
    path("visits/<int:visit_id>/story/publish/", stories.publish, name="publish-story"),
    path("visits/<int:visit_id>/story/withdraw/", stories.withdraw, name="withdraw-story"),
]
