"""What people write carries its language, so that it is read out and hyphenated as what it is."""

import pytest

from markup.domain import render
from markup.languages import language_of
from markup.templatetags.languages import in_its_language

ABOUT_CLUSTERS = {
    "cs": "V našem kraji jsou tři klastry a každý z nich má svého manažera. Kdo bude mluvit za firmy, které "
    "nejsou členy?",
    "sk": "V našom kraji sú tri klastre a každý z nich má svojho manažéra. Kto bude hovoriť za firmy, ktoré nie "
    "sú členmi?",
    "pl": "W naszym regionie są trzy klastry i każdy z nich ma menedżera. Kto będzie mówił w imieniu firm, "
    "które nie są członkami?",
    "sl": "V naši regiji so trije grozdi in vsak ima vodjo. Vedeti moramo, kdo bo govoril za podjetja, ki niso člani.",
    "hu": "A mi régiónkban három klaszter van, és mindegyiknek van menedzsere. Tudnunk kell, hogy ki beszél "
    "azok nevében, akik nem tagok.",
    "de": "In unserer Region gibt es drei Cluster, und jeder hat einen Manager. Wer spricht für die Firmen, die "
    "nicht Mitglied sind?",
    "it": "Nella nostra regione ci sono tre distretti e ognuno ha un responsabile. Chi parla per le imprese che "
    "non sono socie?",
    "en": "There are three clusters in our region, and each of them has a manager. Who speaks for the firms "
    "that are not members?",
}


@pytest.mark.parametrize("language", ABOUT_CLUSTERS)
def test_each_of_the_networks_languages_is_told_by_its_small_words(language: str) -> None:
    assert language_of(ABOUT_CLUSTERS[language]) == language
    assert language_of(ABOUT_CLUSTERS[language].upper()) == language


@pytest.mark.parametrize("text", ["", "Yes, in May?", "Das ist gut.", "NUTS 2: ITC4", "la la la la", "Ίσως αύριο"])
def test_what_is_not_clear_is_not_guessed(text: str) -> None:
    assert language_of(text) == ""


def test_every_block_carries_its_own_language_or_that_of_the_whole_text() -> None:
    german, english = ABOUT_CLUSTERS["de"], ABOUT_CLUSTERS["en"]
    source = f"# Cluster\n\n{german}\n\n> {english}\n\n- Ja\n\n```\nthis is not the language of it\n```\n\n{german}"
    html = render(source).html
    quoted = f'<blockquote lang="en">\n<p>{english}</p>\n</blockquote>'
    assert html.startswith(f'<h2 lang="de">Cluster</h2>\n<p lang="de">{german}</p>\n{quoted}\n<ul lang="de">')
    assert "<pre tabindex" in html


def test_nobody_sets_a_language_by_hand() -> None:
    assert render('<p lang="xx">Ja</p>').html == '<p>&lt;p lang="xx"&gt;Ja&lt;/p&gt;</p>'


def test_a_title_carries_its_own_language_or_that_of_the_text_below_it() -> None:
    german, czech = "Was wir mit der <Gerste> und den Feldern machen", ABOUT_CLUSTERS["cs"]
    assert in_its_language(german, czech) == (
        '<span lang="de">Was wir mit der &lt;Gerste&gt; und den Feldern machen</span>'
    )
    assert in_its_language("Pivovar <b>", czech) == '<span lang="cs">Pivovar &lt;b&gt;</span>'
    assert in_its_language("Pivovar <b>") == "Pivovar &lt;b&gt;"
