"""What in a text points at a person, and what could stand there instead. Pure.

E-mail addresses and telephone numbers are known by their shape, colleagues by their names. Nothing is replaced unless
the writer agrees, so a guess may be wrong; what it must not do is hide a whole kind, such as order numbers.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

INSTEAD = {"email": "[e-mail address]", "phone": "[phone number]", "name": "[a colleague]"}
MOST_WORDS = 1000  # of a text that are looked up

# Every repetition is bounded, so that no text takes long.
_EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_INTERNATIONAL = r"(?:\+|00(?=[1-9]))\(?\d{1,3}\)?(?:[ ./-]?\(?\d{1,5}\)?){2,6}"
_NATIONAL = r"\(?0[1-9]\d{0,4}\)?[ ./-]{0,3}\d{2,8}(?:[ ./-]\d{2,8}){0,4}"
_AMERICAN = r"(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])\d{3}[ .-]\d{4}"
_PHONE = re.compile(rf"(?<![\w#@./+-])(?:{_INTERNATIONAL}|{_NATIONAL}|{_AMERICAN})(?![\w@]|[./-]\d)")
_DATE = re.compile(r"\(?\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_NOT_A_PHONE = re.compile(
    r"\b(?:order|invoice|ticket|case|ref|reference|account|customer|contract|booking|tracking|parcel|item|article|sku|id)s?"
    r"(?:\s{0,2}(?:number|no|nr|id|is|was|code)\b)?[\s.:#№]{0,4}$",
    re.IGNORECASE,
)
_DIGITS = range(9, 16)
_BEFORE = 40  # characters before a number that may say what it is
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"[’']s$", re.IGNORECASE)
_NEVER_TEXT = """
    january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday a an and are as at but do for he her his how if in is it its my no
    not of on or our she so that the their there these they this to us we what when where who why you your
"""
_NEVER = frozenset(_NEVER_TEXT.split())  # taken for names, although some of them are
# Names that are also words: at the beginning of a sentence they are taken for the word.
_WORDS_TEXT = """
    art ask bill black bond brook brown carol case chase chip clay cook crystal dale dawn day dean drew dusty
    earl eve faith fisher ford forest fox frank gene grace grant gray green guy hall harmony heath hill holly
    home hope house hunt hunter i iris ivy jack jewel john joy king lance land law lee less long love major many
    mark marsh mason melody merit miles mill miller more new noble olive page park parker patience pearl penny
    pierce pike pleasant poll pool pope price prince ray read reed rich rob robin rocky rose ruby rush rusty
    sage sandy say school service shelf short skip sky small smith sonny stone storm strong sue summer sunny
    support team tony trip trust turner van wade walker ward web west white will wish wood woods work worth
    young
"""
_WORDS = frozenset(_WORDS_TEXT.split())


@dataclass(frozen=True, slots=True)
class Found:
    """One place in a text that points at a person."""

    start: int
    end: int
    kind: str  # a key of INSTEAD
    text: str

    @property
    def instead(self) -> str:
        return INSTEAD[self.kind]


def fold(text: str) -> str:
    """A name as it is compared: no capitals, no accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("’", "'")


def name_words(names: Iterable[str]) -> frozenset[str]:
    """The folded words of some people's names; of "Anne-Marie O’Neill" also the parts before and after the hyphen."""
    words = {word for name in names for word in fold(name).split()}
    return frozenset(word for whole in words for word in (whole, *whole.split("-")) if len(word) > 1)


def candidates(text: str) -> set[str]:
    """The folded words of a text that could be somebody's name: those to be looked up."""
    words = [_bare(match)[1] for match in _WORD.finditer(text) if _looks_like_name(match.group())]
    folded = {fold(word) for word in words[:MOST_WORDS]}
    return {part for word in folded for part in (word, *word.split("-")) if len(part) > 1} - _NEVER


def find(text: str, names: frozenset[str] = frozenset()) -> list[Found]:
    """What points at a person, in order. `names` are the folded words of colleagues' names (see name_words)."""
    found = [Found(*match.span(), "email", match.group()) for match in _EMAIL.finditer(text)]
    found += _without(found, (one for match in _PHONE.finditer(text) if (one := _phone(text, match))))
    found += _without(found, _names(text, names))
    return sorted(found, key=lambda one: one.start)


def _without(taken: Sequence[Found], more: Iterable[Found]) -> list[Found]:
    return [one for one in more if all(one.end <= other.start or other.end <= one.start for other in taken)]


def _phone(text: str, match: re.Match[str]) -> Found | None:
    number = match.group().rstrip(" ./-(")
    if number.count(")") > number.count("("):  # of what stands around it
        number = number.removesuffix(")")
    digits = sum(char.isdigit() for char in number)
    if digits not in _DIGITS or _DATE.match(number):
        return None
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    if not number.startswith("+") and _NOT_A_PHONE.search(before):
        return None
    return Found(match.start(), match.start() + len(number), "phone", number)


def _names(text: str, names: frozenset[str]) -> list[Found]:
    """Runs of words that are names; "Anna Schmidt" is one."""
    runs: list[Found] = []
    for match in _WORD.finditer(text) if names else ():
        end, word = _bare(match)
        folded = fold(word)
        if not _looks_like_name(word) or not _is_name(folded, names):
            continue
        follows = bool(runs) and text[runs[-1].end : match.start()] in {" ", "\u00a0"}
        if not follows and folded in _WORDS and _begins(text, match.start()) and not _name_follows(text, end, names):
            continue  # "Will this end?"; "Will Smith" is somebody
        if follows:
            start = runs.pop().start
            runs.append(Found(start, end, "name", text[start:end]))
        else:
            runs.append(Found(match.start(), end, "name", word))
    return runs


def _is_name(folded: str, names: frozenset[str]) -> bool:
    """Whole, or by its parts: "Anne-Marie" is known by either."""
    if folded in _NEVER:
        return False
    return folded in names or ("-" in folded and all(part in names for part in folded.split("-")))


def _name_follows(text: str, end: int, names: frozenset[str]) -> bool:
    after = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return after is not None and _looks_like_name(after.group()) and _is_name(fold(_bare(after)[1]), names)


def _bare(match: re.Match[str]) -> tuple[int, str]:
    """Where a word ends and the word, without its "’s"."""
    word = _POSSESSIVE.sub("", match.group())
    return match.start() + len(word), word


def _looks_like_name(word: str) -> bool:
    """A capital, or a script that has none."""
    return len(word) > 1 and not word[0].islower()


def _begins(text: str, start: int) -> bool:
    """Whether a sentence begins here."""
    before = text[max(0, start - 8) : start]
    return not before.strip() or "\n" in before or before.rstrip("\"'“”‘’(–—- \t").endswith((".", "!", "?", ":", "…"))


def scrubbed(text: str, found: Iterable[Found]) -> str:
    """The text with what was found replaced."""
    for one in sorted(found, key=lambda one: one.start, reverse=True):
        text = text[: one.start] + one.instead + text[one.end :]
    return text


def mark(found: Iterable[Found]) -> str:
    """A short text for what was found, by which a decision about it is known from one about something else."""
    return hashlib.sha256("\n".join(one.text for one in found).encode()).hexdigest()[:12]
