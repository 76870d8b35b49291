"""The plan's addresses, all under the working group's."""

from django.urls import path

from plans.views import (
    action_table,
    consultation_steps,
    consultations,
    history,
    images,
    offline,
    published,
    records,
    sections,
    versions,
    workroom,
)

app_name = "plans"

PLAN = "groups/<slug:slug>/plan/"
SECTION = f"{PLAN}sections/<slug:section_id>/"
CONSULTATION = f"{PLAN}consultation/"

urlpatterns = [
    path("plan-worker.js", offline.worker, name="worker"),
    path(PLAN, workroom.workroom, name="workroom"),
    path(f"{PLAN}preview", workroom.preview, name="preview"),
    path(f"{PLAN}images", images.images, name="images"),
    path(f"{PLAN}outline/", sections.outline, name="outline"),
    path(f"{PLAN}sections/add", sections.add, name="add-section"),
    path(f"{SECTION}rename", sections.rename, name="rename-section"),
    path(f"{SECTION}move", sections.move, name="move-section"),
    path(f"{SECTION}assign", sections.assign, name="assign-section"),
    path(f"{SECTION}lock", sections.lock, name="lock-section"),
    path(f"{SECTION}unlock", sections.unlock, name="unlock-section"),
    path(f"{SECTION}remove", sections.remove, name="remove-section"),
    path(f"{SECTION}restore-text", history.restore, name="restore-text"),
    path(f"{SECTION}restore", sections.restore, name="restore-section"),
    path(f"{PLAN}actions/", action_table.table, name="actions"),
    path(f"{PLAN}actions/new/", action_table.new, name="new-action"),
    path(f"{PLAN}actions/<int:number>/", action_table.action, name="action"),
    path(f"{PLAN}actions/<int:number>/remove", action_table.remove, name="remove-action"),
    path(f"{PLAN}actions/<int:number>/restore", action_table.restore, name="restore-action"),
    path(f"{PLAN}writers/", history.writers, name="writers"),
    path(f"{PLAN}history/", history.history, name="history"),
    path(f"{PLAN}history/compare", history.compare, name="compare"),
    path(f"{PLAN}versions/", versions.versions, name="versions"),
    path(f"{PLAN}versions/<int:number>/", versions.version, name="version"),
    path(f"{PLAN}versions/<int:number>/text.md", versions.text, {"suffix": "md"}, name="version-md"),
    path(f"{PLAN}versions/<int:number>/text.txt", versions.text, {"suffix": "txt"}, name="version-txt"),
    path(f"{PLAN}versions/<int:number>/publish", versions.publish, name="publish-version"),
    path(f"{PLAN}versions/<int:number>/withdraw", versions.withdraw, name="withdraw-version"),
    path(CONSULTATION, consultations.latest, name="consultation"),
    path(f"{CONSULTATION}new/", consultation_steps.ask, name="consult"),
    path(f"{CONSULTATION}<int:number>/", consultations.on, name="consultation-on"),
    path(f"{CONSULTATION}<int:number>/words/<slug:region>", consultations.speak, name="speak"),
    path(f"{CONSULTATION}<int:number>/deadline", consultation_steps.deadline, name="consultation-deadline"),
    path(f"{CONSULTATION}<int:number>/close", consultation_steps.close, name="close-consultation"),
    path(f"{CONSULTATION}<int:number>/withdraw", consultation_steps.withdraw, name="withdraw-consultation"),
    path(f"{CONSULTATION}<int:number>/record/", records.record, name="record"),
    path(f"{CONSULTATION}<int:number>/record.json", records.record_json, name="record-json"),
    path(f"{CONSULTATION}<int:number>/record.csv", records.record_csv, name="record-csv"),
    path(f"{CONSULTATION}<int:number>/text.md", records.text, {"suffix": "md"}, name="consulted-md"),
    path(f"{CONSULTATION}<int:number>/text.txt", records.text, {"suffix": "txt"}, name="consulted-txt"),
    path(f"{PLAN}published/", published.published, name="published"),
    path(f"{PLAN}published/text.md", published.published_text, {"suffix": "md"}, name="published-md"),
    path(f"{PLAN}published/text.txt", published.published_text, {"suffix": "txt"}, name="published-txt"),
]
