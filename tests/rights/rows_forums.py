"""Who may do what in a group's exchange forum. The partner wrote posts 1 to 4; 2 was edited, 3 deleted. 4 shows an
image; another is not in any post yet, a third was in the deleted one."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from forums.domain.images import upload_image
from forums.domain.posting import delete_post, edit_post, post_reply, start_topic
from forums.models import ForumImage
from tests.rights.table import (
    DIRECTOR,
    LEADERS,
    NO_ONE,
    PARTNER,
    READERS,
    SECRETARIAT,
    SIGNED_IN,
    WRITERS,
    Channel,
    Row,
    Stage,
)

POSTERS = WRITERS | {DIRECTOR}
MODERATORS = LEADERS | {SECRETARIAT}
AUTHOR = frozenset({PARTNER})
DELETERS = MODERATORS | AUTHOR
TITLE = "Traceability of alpine cheese"
TEXT = "Twelve cents a wheel."
GONE = "Nine percent margin."


def objects(stage: Stage) -> dict[str, object]:
    partner = stage.cast.partner
    topic, _ = start_topic(working_group=stage.agrifood, author=partner, title=TITLE, source=TEXT)
    edited, _ = post_reply(topic=topic, author=partner, source="Eleven?")
    edit_post(post=edited, editor=partner, source="Twelve.")
    shown, gone, waiting = (uploaded(stage) for _ in range(3))
    deleted, _ = post_reply(topic=topic, author=partner, source=f"{GONE} ![A table]({gone.file.url('medium')})")
    delete_post(post=deleted, by=partner)
    post_reply(topic=topic, author=partner, source=f"![A wheel of cheese]({shown.file.url('medium')})")
    images = {"shown": shown, "gone": gone, "waiting": waiting}
    return {
        "topic": topic.pk,
        "partner_id": partner.pk,
        **{f"{name}_image": image.key for name, image in images.items()},
        **{f"{name}_image_file": image.file_id for name, image in images.items()},
    }


def uploaded(stage: Stage) -> ForumImage:
    stream = BytesIO()
    Image.new("RGB", (32, 24), "seagreen").save(stream, "PNG")
    upload = SimpleUploadedFile("wheel.png", stream.getvalue())
    return upload_image(working_group=stage.agrifood, by=stage.cast.partner, upload=upload, alt="A wheel of cheese")


FORUM = "/groups/agrifood/forum/"
TOPIC = "/topics/{topic}/"
API_TOPICS = "/api/groups/agrifood/topics"
API_TOPIC = "/api/topics/{topic}"
NEW_TOPIC = {"title": "New", "source": "Text"}
REPLY = {"source": "Text"}
KEY = {"idempotency_key": "row"}
DRAFT = {"source": "Begun", "idempotency_key": "row", "version": 0}

ROWS = [
    Row("GET", FORUM, may=READERS, shows=TITLE),
    Row("POST", FORUM, may=POSTERS, status=302, sees=READERS, send=NEW_TOPIC | KEY),
    Row("GET", TOPIC, may=READERS, shows=TEXT),
    Row("POST", TOPIC, may=POSTERS, status=302, sees=READERS, send=REPLY | KEY),
    Row("POST", TOPIC + "read/", may=READERS, status=302, send={"number": "1"}),
    Row("GET", TOPIC + "posts/1/edit/", may=AUTHOR, sees=READERS, shows=TEXT),
    Row("POST", TOPIC + "posts/1/edit/", may=AUTHOR, status=302, sees=READERS, send=REPLY | {"revision": "0"}),
    Row("GET", TOPIC + "posts/1/delete/", may=DELETERS, sees=READERS, shows=TEXT),
    Row("POST", TOPIC + "posts/1/delete/", may=DELETERS, status=302, sees=READERS),
    Row("GET", TOPIC + "posts/3/edit/", may=NO_ONE, sees=READERS),
    Row("GET", TOPIC + "posts/1/trace/", may=NO_ONE),
    Row("GET", TOPIC + "posts/2/trace/", may=READERS, shows="Eleven?"),
    Row("GET", TOPIC + "posts/3/trace/", may=MODERATORS, shows=GONE),
    Row("POST", TOPIC + "posts/1/react/", may=READERS, status=302, send={"add": "agree"}),
    Row("POST", TOPIC + "change/", may=MODERATORS, status=302, sees=READERS, send={"step": "pinned"}),
    Row("POST", TOPIC + "change/", may=MODERATORS, status=302, sees=READERS, send={"step": "locked"}),
    Row("POST", TOPIC + "change/", may=DELETERS, status=302, sees=READERS, send={"step": "resolved"}),
    Row("POST", TOPIC + "change/", may=LEADERS, status=302, sees=READERS, send={"opening": "read"}),
    Row("GET", TOPIC + "trace/", may=READERS, shows=TITLE),
    Row("GET", API_TOPICS, may=READERS, shows=TITLE),
    Row("POST", API_TOPICS, may=POSTERS, status=201, sees=READERS, send=NEW_TOPIC),
    Row("PUT", "/api/groups/agrifood/draft", may=POSTERS, sees=READERS, send=DRAFT),
    Row("GET", API_TOPIC + "/posts", may=READERS, shows=TEXT),
    Row("POST", API_TOPIC + "/posts", may=POSTERS, status=201, sees=READERS, send=REPLY),
    Row("GET", API_TOPIC + "/posts/1", may=READERS, shows=TEXT),
    Row("PATCH", API_TOPIC + "/posts/1", may=AUTHOR, sees=READERS, send=REPLY),
    Row("DELETE", API_TOPIC + "/posts/1", may=DELETERS, sees=READERS),
    Row("GET", API_TOPIC, may=READERS, shows=TITLE),
    Row("PUT", API_TOPIC + "/pinned", may=MODERATORS, sees=READERS, send={"on": True}),
    Row("PUT", API_TOPIC + "/locked", may=MODERATORS, sees=READERS, send={"on": True}),
    Row("PUT", API_TOPIC + "/resolution", may=DELETERS, sees=READERS, send={"resolved": True, "answer": 2}),
    Row("PUT", API_TOPIC + "/opening", may=LEADERS, sees=READERS, send={"opening": "reply"}),
    Row("GET", API_TOPIC + "/posts/1/history", may=NO_ONE),
    Row("GET", API_TOPIC + "/posts/2/history", may=READERS, shows="Eleven?"),
    Row("GET", API_TOPIC + "/posts/3/history", may=MODERATORS, shows=GONE),
    Row("PUT", API_TOPIC + "/posts/1/reactions/agree", may=READERS),
    Row("DELETE", API_TOPIC + "/posts/1/reactions/agree", may=READERS),
    Row("GET", "/api/groups/agrifood/mentionable", may=POSTERS, sees=READERS),
    Row("POST", "/api/groups/agrifood/preview", may=POSTERS, sees=READERS, send=REPLY),
    Row("POST", API_TOPIC + "/preview", may=POSTERS, sees=READERS, send=REPLY),
    Row("POST", "/api/groups/agrifood/images", may=POSTERS, status=422, sees=READERS),
    Row("GET", "/api/read-marks/events", may=SIGNED_IN),
    Row("GET", "/files/{shown_image_file}/medium", may=READERS, nobody=404),
    Row("GET", "/files/{waiting_image_file}/medium", may=DELETERS, nobody=404),
    Row("GET", "/files/{gone_image_file}/medium", may=DELETERS, nobody=404),
    Row("GET", API_TOPIC + "/events", may=READERS, shows=TEXT),
    Row("GET", "/api/groups/agrifood/events", may=READERS, shows=TITLE),
    Row("PUT", API_TOPIC + "/read", may=READERS, send={"number": 1}),
    Row("PUT", API_TOPIC + "/draft", may=POSTERS, sees=READERS, send=DRAFT),
]

CHANNELS = [
    Channel("stream", "topic", "{topic}", reads=READERS),
    Channel("stream", "forum", "agrifood", reads=READERS),
    Channel("stream", "marks", "{partner_id}", reads=AUTHOR),
    Channel("file", "forum", "{shown_image}", reads=READERS),
    Channel("file", "forum", "{waiting_image}", reads=DELETERS),
    Channel("file", "forum", "{gone_image}", reads=DELETERS),
]
