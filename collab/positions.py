"""Every conversion of a place in a text. People and our data count code points, Yjs counts UTF-16 code units, and
pycrdt's texts are indexed in UTF-8 bytes. Nobody else converts: ``tests/collab`` holds canaries for all three."""

from pycrdt import Doc, Text


def bytes_before(text: str, code_point: int) -> int:
    """The UTF-8 offset of a code point's place in the text."""
    return len(text[:code_point].encode())


def units_before(text: str, code_point: int) -> int:
    """The UTF-16 offset of a code point's place in the text."""
    return len(text[:code_point].encode("utf-16-le")) // 2


def code_point_at_unit(text: str, unit: int) -> int:
    """The code point's place that a UTF-16 offset is at; inside a pair of surrogates, the place before the pair."""
    return len(text.encode("utf-16-le")[: unit * 2].decode("utf-16-le", "ignore"))


def text_size(doc: "Doc[Text]", name: str) -> int:
    """The size of a document's text in UTF-8 bytes, without reading it out."""
    return len(doc.get(name, type=Text))


def insert(doc: "Doc[Text]", name: str, code_point: int, text: str) -> None:
    """Inserts into a text of the document at a code point's place."""
    target = doc.get(name, type=Text)
    target.insert(bytes_before(str(target), code_point), text)


def delete(doc: "Doc[Text]", name: str, code_point: int, count: int) -> None:
    """Deletes ``count`` code points from a code point's place on."""
    target = doc.get(name, type=Text)
    whole = str(target)
    del target[bytes_before(whole, code_point) : bytes_before(whole, code_point + count)]
