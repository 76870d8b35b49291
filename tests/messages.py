"""The catalogues of the interface's strings: what the source says, the .po files people translate, the .mo files read.

`make messages` (or `python -m tests.messages`) brings locale/*/LC_MESSAGES up to date with the source: new strings
stand there untranslated, those that are gone are taken out, and the .mo files are compiled. Needs no gettext tools.
"""

import ast
import io
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from gettext import GNUTranslations
from pathlib import Path

import allauth
import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
BEGINNING = datetime(2012, 1, 1, tzinfo=UTC)  # no file changes because time has passed
LOCALE = ROOT / "locale"
ROOMS = ["workspace", "notices", "plans", "visits", "forums", "groups", "collab", "live", "files", "markup", "sockets"]
DOMAINS = {"django": (".py", ".html", ".txt"), "djangojs": (".js",)}
HEADER = """msgid ""
msgstr ""
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Language: {language}\\n"
"Plural-Forms: {plural_forms}\\n"

"""

KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
STRING = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}|</?[a-z]+")

Found = tuple[str | tuple[str, str], str | None]


def sources(domain: str) -> Iterator[Path]:
    """The files of the rooms whose strings belong to this domain."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *ROOMS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in sorted(set(listed.stdout.splitlines())):
        path = ROOT / name
        is_ours = path.suffix in DOMAINS[domain] and "/migrations/" not in name and "/vendor/" not in name
        if is_ours and path.exists() and (path.suffix != ".txt" or "/templates/" in name):
            yield path


def strings_in(path: Path) -> Iterator[Found]:
    """Each message of a file, with its plural as a pair, and its context."""
    if path.suffix in {".html", ".txt"}:
        yield from _strings_in_template(path)
        return
    method = "python" if path.suffix == ".py" else "javascript"
    with path.open("rb") as file:
        for _line, message, _comments, context in extract(method, file, keywords=KEYWORDS):
            yield (message[0], message[1]) if isinstance(message, tuple) else message, context


def _strings_in_template(path: Path) -> Iterator[Found]:
    from django.utils.translation.template import templatize

    for name, arguments in CALL.findall(templatize(path.read_text(), origin=str(path))):
        values = [ast.literal_eval(each) for each in re.findall(STRING, arguments)]
        context = values.pop(0) if "p" in name.replace("gettext", "") else None
        yield (values[0], values[1]) if name.startswith("n") else values[0], context


def in_the_source(domain: str) -> Catalog:
    """All messages that the source uses, each with the files in which it stands."""
    catalogue = Catalog(charset="utf-8")
    for path in sources(domain):
        for message, context in strings_in(path):
            catalogue.add(message, locations=[(str(path.relative_to(ROOT)), 0)], context=context)
    return catalogue


def path_of(language: str, domain: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str) -> Catalog:
    """The catalogue as it is committed; an empty one where there is none."""
    path = path_of(language, domain)
    if not path.exists():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain)


def messages_of(catalogue: Catalog) -> dict[tuple[str, str | None], Message]:
    """By source text (of a plural the singular) and context."""
    return {(each.id if isinstance(each.id, str) else each.id[0], each.context): each for each in catalogue if each.id}


def written(catalogue: Catalog) -> bytes:
    """The .po file: sorted, with files but no lines or dates, so that a change elsewhere changes nothing here."""
    ordered = Catalog(locale=catalogue.locale, charset="utf-8")
    for _key, message in sorted(messages_of(catalogue).items(), key=lambda item: (item[0][0], item[0][1] or "")):
        locations = [(name, 0) for name in sorted({name for name, _line in message.locations})]
        ordered.add(message.id, message.string or "", locations=locations, context=message.context, flags=message.flags)
    text = io.BytesIO()
    write_po(text, ordered, width=120, include_lineno=False, omit_header=True)
    header = HEADER.format(language=catalogue.locale, plural_forms=catalogue.plural_forms)
    return header.encode() + text.getvalue()


def compiled(catalogue: Catalog) -> bytes:
    """The .mo file that Django reads."""
    said = Catalog(locale=catalogue.locale, charset="utf-8")
    said.creation_date = said.revision_date = BEGINNING
    for message in messages_of(catalogue).values():
        if not missing(message):
            said.add(message.id, message.string, context=message.context)
    binary = io.BytesIO()
    write_mo(binary, said)
    return binary.getvalue()


def texts_of(message: Message) -> list[str]:
    """The translation: one text, or one for each plural form."""
    return [message.string or ""] if isinstance(message.id, str) else [each or "" for each in message.string or ("",)]


def missing(message: Message) -> bool:
    """Whether it has no translation yet, or not in all plural forms, or none that a person has looked at."""
    return message.fuzzy or not all(texts_of(message))


def wrong_placeholders(message: Message) -> bool:
    """Whether a translation does not hold exactly what is filled in. A form for one thing may leave the number out."""
    sources_ = [message.id] if isinstance(message.id, str) else list(message.id)
    wanted = [sorted(PLACEHOLDER.findall(each)) for each in sources_]
    return any(text and sorted(PLACEHOLDER.findall(text)) not in wanted for text in texts_of(message))


def update(language: str, domain: str) -> int:
    """Brings one catalogue's files up to date with the source; returns how many messages want a translation."""
    catalogue = read(language, domain)
    catalogue.update(in_the_source(domain), no_fuzzy_matching=True, update_header_comment=False)
    path = path_of(language, domain)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written(catalogue))
    path.with_suffix(".mo").write_bytes(compiled(read(language, domain)))
    return sum(missing(message) for message in messages_of(catalogue).values())


def from_elsewhere(domain: str) -> list[Path]:
    """The catalogues of Django and its add-ons, whose strings show on our pages too."""
    folders = [Path(django.__file__).parent, Path(allauth.__file__).parent]
    return sorted(path for folder in folders for path in folder.rglob(f"it/LC_MESSAGES/{domain}.mo"))


def read_compiled(path: Path) -> Catalog:
    """The messages of a .mo file, as far as it tells: of a plural, its singular twice."""
    catalogue = Catalog(charset="utf-8")
    with path.open("rb") as file:
        for key in GNUTranslations(file)._catalog:
            context, _, text = (key if isinstance(key, str) else key[0]).rpartition("\x04")
            catalogue.add(text if isinstance(key, str) else (text, text), context=context or None)
    return catalogue


def pretend(folder: Path, language: str, speak: Callable[[str], str]) -> None:
    """Writes catalogues of an invented language into a folder of locales: every source text as ``speak`` says it."""
    for domain in DOMAINS:
        catalogue = Catalog(locale=language, charset="utf-8")
        known = {key: each for path in from_elsewhere(domain) for key, each in messages_of(read_compiled(path)).items()}
        for message in (known | messages_of(in_the_source(domain))).values():
            forms = (message.id,) if isinstance(message.id, str) else (message.id[0], message.id[1])
            texts = tuple(speak(each) for each in forms)
            catalogue.add(message.id, texts[0] if isinstance(message.id, str) else texts, context=message.context)
        path = folder / language / "LC_MESSAGES" / f"{domain}.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(compiled(catalogue))


def marked(text: str) -> str:
    """A text that shows where it begins and ends."""
    return f"⟦{text}⟧"


def stretched(text: str) -> str:
    """A text a good third longer, as German would be: vowels doubled, what is filled in and tags left alone."""
    parts = re.split(r"(%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}|<[^>]*>|&[a-z]+;)", text)
    return "".join(
        re.sub("[aeiouy]", r"\g<0>\g<0>", part) if place % 2 == 0 else part for place, part in enumerate(parts)
    )


if __name__ == "__main__":
    for one in ("it",):
        for kind in DOMAINS:
            print(f"{path_of(one, kind).relative_to(ROOT)}: {update(one, kind)} to translate")
