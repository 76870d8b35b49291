"""Images in posts: one's own until a post shows them, then its readers'."""

from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from forums.domain import images
from forums.domain.images import upload_image
from forums.domain.posting import delete_post, edit_post, post_reply, start_topic
from forums.models import ForumImage
from groups.models import Person, WorkingGroup
from tests.conftest import Cast
from tests.forums.conftest import Conversation

ClientOf = Callable[[Person | None], Client]
EVERYONE = (*Cast.__dataclass_fields__, "nobody")
READERS = {"coordinator", "deputy", "agency", "partner", "observer", "secretariat", "director"}
MODERATORS = {"coordinator", "deputy", "secretariat"}


def picture(name: str = "wheel.png") -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (32, 24), "seagreen").save(stream, "PNG")
    return SimpleUploadedFile(name, stream.getvalue())


def see(image: ForumImage, cast: Cast, client_of: ClientOf) -> set[str]:
    """Who of the cast gets the image."""
    address = image.file.url("medium")
    return {who for who in EVERYONE if client_of(cast.everyone().get(who)).get(address).status_code == 200}


def markdown(image: ForumImage) -> str:
    return f"![A wheel]({image.file.url('medium')})"


def test_an_image_follows_the_post_that_shows_it(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, conversation: Conversation
) -> None:
    image = upload_image(working_group=agrifood, by=cast.partner, upload=picture(), alt="A wheel")
    assert see(image, cast, client_of) == MODERATORS | {"partner"}
    post, _ = post_reply(topic=conversation.topic, author=cast.partner, source=f"Look: {markdown(image)}")
    assert see(image, cast, client_of) == READERS
    edit_post(post=post, editor=cast.partner, source="Look elsewhere")
    assert see(image, cast, client_of) == MODERATORS | {"partner"}
    edit_post(post=post, editor=cast.partner, source=markdown(image))
    delete_post(post=post, by=cast.partner)
    assert see(image, cast, client_of) == MODERATORS | {"partner"}


def test_nobody_opens_another_ones_image_by_writing_its_address(
    cast: Cast, client_of: ClientOf, agrifood: WorkingGroup, tourism: WorkingGroup, conversation: Conversation
) -> None:
    image = upload_image(working_group=agrifood, by=cast.partner, upload=picture(), alt="")
    post_reply(topic=conversation.topic, author=cast.agency, source=markdown(image))
    start_topic(working_group=tourism, author=cast.outsider, title="Stolen", source=markdown(image))
    assert see(image, cast, client_of) == MODERATORS | {"partner"}
    post_reply(topic=conversation.topic, author=cast.partner, source=markdown(image))
    start_topic(working_group=tourism, author=cast.outsider, title="Stolen again", source=markdown(image))
    assert see(image, cast, client_of) == READERS


def test_only_who_may_post_uploads(cast: Cast, agrifood: WorkingGroup) -> None:
    for person in (cast.observer, cast.outsider, cast.secretariat, cast.removed):
        with pytest.raises(PermissionDenied):
            upload_image(working_group=agrifood, by=person, upload=picture(), alt="")
    assert ForumImage.objects.count() == 0


def test_what_is_no_image_and_too_much_are_refused_in_words(
    cast: Cast, agrifood: WorkingGroup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MOST_UNPOSTED", 1)
    for upload, alt, field in (
        (SimpleUploadedFile("x.png", b"no image"), "", "image"),
        (SimpleUploadedFile("x.png", b""), "", "image"),
        (picture(), "x" * 501, "alt"),
    ):
        with pytest.raises(ValidationError) as caught:
            upload_image(working_group=agrifood, by=cast.agency, upload=upload, alt=alt)
        assert list(caught.value.message_dict) == [field]
    upload_image(working_group=agrifood, by=cast.agency, upload=picture(), alt="")
    with pytest.raises(ValidationError, match="1 images that no post shows"):
        upload_image(working_group=agrifood, by=cast.agency, upload=picture(), alt="")


def test_the_api_answers_with_what_shows_the_image(cast: Cast, client_of: ClientOf, agrifood: WorkingGroup) -> None:
    client, path = client_of(cast.agency), "/api/groups/agrifood/images"
    answer = client.post(path, {"image": picture(), "alt": "A [wheel]"})
    assert answer.status_code == 201
    data = answer.json()
    assert data["markdown"] == f"![A (wheel)]({data['url']})"
    assert (data["width"], data["height"], data["alt"]) == (32, 24, "A [wheel]")
    preview = client.post("/api/groups/agrifood/preview", {"source": data["markdown"]}, content_type="application/json")
    assert f'src="{data["url"]}"' in preview.json()["html"]
    assert client.post(path, {"alt": "Nothing"}).json()["errors"][0]["field"] == "image"
    assert client.post(path, {"image": SimpleUploadedFile("x", b"x")}).status_code == 422
