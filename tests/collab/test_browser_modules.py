"""The browser's modules, tested in Node."""

from tests.collab.yjs import node


def test_the_provider_tells_the_truth() -> None:
    said = node("--no-warnings", "--test", "--import", "./static_modules.mjs", "provider.test.mjs")
    assert "# fail 0" in said
    assert "# pass 15" in said
