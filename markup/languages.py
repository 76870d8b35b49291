"""In which language a text is written, as far as its small words tell: what a screen reader and a hyphenation need.

The eight languages of the network, told apart only where that is clear: a wrong guess is read out worse than none.
"""

import re
from collections import Counter

SMALL_WORDS = {
    "cs": "aby ale byl byla bylo být co do ho ještě jak jako je jeho jejich jen jsem jsme jsou k který která "
    "které když kde má mezi může na nebo není od po pod pro proto při přes se si ten to tak také tento už "
    "v ve však všech z za ze že",
    "de": "aber als am an auch auf aus bei bis dann das dass dem den der des die doch ein eine einem einen "
    "einer er es für haben hat ich ihr im ist kann man mit nach nicht noch nur oder sein sich sie sind "
    "über um und uns unter vom von vor war was wenn werden wie wir wird zu zum zur",
    "en": "about after all also an and are as at be because been before but by can could do does each for from "
    "had has have he her his how if into is it its may more most my no not of on one or our she should so "
    "than that the their them then there these they this to us was we were what when where which who will "
    "with would you your",
    "hu": "a az azt be csak de egy el és ez ezt fel ha hogy hogyan itt is ki kell között le lehet lesz meg már "
    "még mi mint mert minden nagyon nem nincs ott pedig s sem szerint úgy vagy van vannak volt",
    "it": "al alla alle anche che chi ci come con cosa da dal dalla dei del della delle di e è ed gli ha hanno "
    "i il in la le lo ma nei nel nella noi non o ogni per perché più può quando quello questa questo se "
    "senza si sono su sul tra tutti un una uno",
    "pl": "aby albo ale bardzo bez być był była było co czy dla do gdy gdzie go i ich ja jak jako jest jeszcze "
    "już każdy która które który lub między może można na nad nie o od oraz po pod przed przez przy "
    "są się tak także też tego ten to tylko tym w we więc z za ze że",
    "sk": "aby ako ale alebo aj bez bol bola bolo byť by čo do ešte ich je jeho ktorá ktoré ktorý keď kde k len "
    "má medzi môže na nad nie od po pod pre pretože pri s sa si sme so som sú tak tento to tiež už v však "
    "všetky vo z za zo že",
    "sl": "ali biti bi bil bila brez če da do ga h in iz je jih ki ko kot lahko med mi mora na nad ne ni ob od "
    "pa po pod pred pri s še sem si smo so se ta tako tudi to v vse več za z že",
}
FEWEST = 3
"""So many different small words tell a language."""
AHEAD = 1.5
"""So many times as often as those of any other they have to stand there."""

_WORD = re.compile(r"[^\W\d_]+")
_LANGUAGES_OF: dict[str, tuple[str, ...]] = {}
for _language, _words in SMALL_WORDS.items():
    for _word in _words.split():
        _LANGUAGES_OF[_word] = (*_LANGUAGES_OF.get(_word, ()), _language)


def language_of(text: str) -> str:
    """The language's code, "" where its small words do not tell it clearly."""
    counted: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for word, times in Counter(_WORD.findall(text.casefold())).items():
        for language in _LANGUAGES_OF.get(word, ()):
            counted[language] += times
            different[language] += 1
    first, second = [*counted.most_common(2), ("", 0), ("", 0)][:2]
    return first[0] if different[first[0]] >= FEWEST and first[1] >= AHEAD * second[1] else ""
