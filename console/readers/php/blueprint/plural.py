"""The plural of an English noun as the framework's inflector (Doctrine's) makes it: `user_id` refers to `users`.

It looks at the end of a whole name, so `order_child` becomes `order_children`; words that have no plural and irregular
ones are only known when they are the whole name.
"""

from __future__ import annotations

import re

_UNCHANGED = frozenset(
    """
    advice aircraft amoyese art audio baggage bison borghese bream breeches britches buffalo butter cantus carp
    cattle chassis clippers clothing coal cod coitus compensation congoese contretemps coreopsis corps cotton
    data debris deer diabetes djinn education eland elk emoji equipment evidence faroese feedback firmware fish
    flounder flour foochowese food furniture gallows genevese genoese gilbertese gold hardware headquarters
    herpes hijinks homework hottentotese impatience information innings jackanapes jeans jedi kin kiplingese
    knowledge kongoese leather love lucchese luggage mackerel maltese management media metadata mews money moose
    mumps music nankingese news nexus niasese nutrition offspring oil patience pekingese people piedmontese
    pincers pistoiese plankton pliers pokemon police polish portuguese proceedings progress rabies rain
    recommended related research rhinoceros rice salmon sand sarawakese scissors series shavese shears sheep
    siemens silk sms soap software spam species staff sugar swine talent toothpaste traffic travel trivia
    trousers trout tuna us vermontese vinegar weather wenchowese wheat whiting wildebeest wood wool yengeese
    """.split()
)
"""Words without a plural."""
_UNCHANGED_ENDS = re.compile(r"(?:\w+(?:media|ware)|sea[- ]bass|social media)\Z", re.IGNORECASE)
_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    abuse:abuses atlas:atlases avalanche:avalanches axe:axes beef:beefs blouse:blouses brother:brothers
    cache:caches cafe:cafes canvas:canvases chateau:chateaux child:children cookie:cookies corpus:corpuses
    cow:cows criterion:criteria curriculum:curricula curve:curves demo:demos domino:dominoes echo:echoes
    emphasis:emphases foe:foes foot:feet fungus:fungi ganglion:ganglions gas:gases genie:genies genus:genera
    goose:geese graffito:graffiti grave:graves hippopotamus:hippopotami hoax:hoaxes hoof:hoofs human:humans
    iris:irises larva:larvae leaf:leaves lens:lenses loaf:loaves man:men medium:media memorandum:memoranda
    money:monies mongoose:mongooses motto:mottoes move:moves mythos:mythoi neurosis:neuroses niche:niches
    niveau:niveaux nucleus:nuclei numen:numina oasis:oases occiput:occiputs octopus:octopuses opus:opuses
    ox:oxen passerby:passersby penis:penises person:people plateau:plateaux runner-up:runners-up safe:safes
    save:saves sex:sexes sieve:sieves soliloquy:soliloquies son-in-law:sons-in-law syllabus:syllabi
    testis:testes thief:thieves tooth:teeth tornado:tornadoes trilby:trilbys turf:turfs valve:valves
    volcano:volcanoes wave:waves zombie:zombies
    """.split()
)
_RULES = tuple(
    (re.compile(ending + r"\Z", re.IGNORECASE), becomes)
    for ending, becomes in (
        ("(s)tatus", r"\1tatuses"),
        ("(quiz)", r"\1zes"),
        (r"\A(ox)", r"\1en"),
        ("([ml|])ouse", r"\1ice"),
        ("(matr|vert|ind)(?:ix|ex)", r"\1ices"),
        ("(x|ch|ss|sh)", r"\1es"),
        ("([^aeiouy]|qu)y", r"\1ies"),
        ("(hive|gulf)", r"\1s"),
        ("([^f])fe", r"\1ves"),
        ("([lr])f", r"\1ves"),
        ("sis", "ses"),
        ("([ti])um", r"\1a"),
        ("(tax)on", r"\1a"),
        ("(c)riterion", r"\1riteria"),
        ("(p)erson", r"\1eople"),
        ("(m)an", r"\1en"),
        ("(c)hild", r"\1hildren"),
        ("(f)oot", r"\1eet"),
        ("(buffal|her|potat|tomat|volcan)o", r"\1oes"),
        ("(alumn|bacill|cact|foc|fung|nucle|radi|stimul|syllab|termin|vir)us", r"\1i"),
        ("us", "uses"),
        ("(alias)", r"\1es"),
        ("(analys|ax|cris|test|thes)is", r"\1es"),
        ("s", "s"),
        ("", "s"),
    )
)
"""The first ending that fits decides."""


def plural(word: str) -> str:
    """Its plural; a word that ends in no letter and no digit stays as it is."""
    if not word or not (word[-1].isalnum() and (word[-1].isascii() or word[-1].isalpha())):
        return word
    return _in_case_of(word, _inflected(word))


def _inflected(word: str) -> str:
    if word.lower() in _UNCHANGED or _UNCHANGED_ENDS.match(word):
        return word
    irregular = _IRREGULAR.get(word.lower())
    if irregular is not None:
        return irregular if word[0] == word[0].lower() else irregular[0].upper() + irregular[1:]
    found = next((ending, becomes) for ending, becomes in _RULES if ending.search(word))
    return found[0].sub(found[1], word, count=1)


def _in_case_of(model: str, word: str) -> str:
    """A name all in small letters stays so, one all in capitals too."""
    if model == model.lower():
        return word.lower()
    return word.upper() if model == model.upper() else word
