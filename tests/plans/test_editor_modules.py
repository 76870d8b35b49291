"""The pure parts of the plan's editor, tested in Node."""

from tests.collab.yjs import node


def test_what_is_hidden_and_what_was_typed_is_worked_out_rightly() -> None:
    said = node("--no-warnings", "--test", "--import", "./static_modules.mjs", "../plans/editor_modules.test.mjs")
    assert "# fail 0" in said
