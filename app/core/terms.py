"""The words and phrases of a text that say what it is about. Pure; English."""

import re
import unicodedata

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_BREAK = re.compile(r"[^\w\s'’-]+|\s-+\s")  # a phrase does not go across punctuation
_NEGATIONS = frozenset({"no", "not", "never"})  # tell nothing alone, and turn the next word round
# Short on purpose: words of grammar only.
_GRAMMAR = """
    a about above after again against all also although always am an and another any anyone anything are as at be
    because been before being below between both but by can can't cannot could couldn't did didn't do does doesn't
    doing don't done during each either else even ever every everyone everything few for from further get gets
    getting give go goes going gone got had hadn't has hasn't have haven't having he he'd he'll he's her here hers
    herself him himself his how however i i'd i'll i'm i've if in into is isn't it it'll it's its itself just let
    let's like lot lots make many may me might mine more most much must my myself neither nobody none nor nothing
    now of off on once one only onto or other others our ours ourselves out over own per please put quite rather
    really said same say see seem seems she she'd she'll she's should shouldn't since so some someone something
    still such than that that's the their theirs them themselves then there there's these they they'd they'll
    they're they've thing things this those though through to too under until up upon us use very was wasn't way we
    we'd we'll we're we've well went were weren't what when where whether which while who whom whose why will with
    within without won't would wouldn't yes yet you you'd you'll you're you've your yours yourself
"""
_STOP = frozenset(_GRAMMAR.split())


def terms_of(text: str) -> frozenset[str]:
    """The terms of a text: words in lower case and phrases of two neighbouring words.

    No stop words (English), no single letters, nothing with a digit; a phrase does not go across any of these or across
    punctuation. "No", "not" and "never" only begin phrases. The same text always gives the same terms, however it is
    composed in Unicode.
    """
    terms = set()
    for stretch in _BREAK.split(unicodedata.normalize("NFC", text).lower()):
        before = ""
        for found in _WORD.findall(stretch):
            word = _kept(found.replace("’", "'"))
            if word and word not in _NEGATIONS:
                terms.add(word)
                if before:
                    terms.add(f"{before} {word}")
            before = word
    return frozenset(terms)


def _kept(word: str) -> str:
    base = word.removesuffix("'s")
    is_word = len(base) > 1 and base.replace("'", "").replace("-", "").isalpha()
    return base if is_word and word not in _STOP and base not in _STOP else ""
