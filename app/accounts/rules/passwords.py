"""Which passwords are accepted."""

from app.accounts.rules.words import fold

SHORTEST = 10
LONGEST = 200
# The most used ones that are long enough; the length alone keeps the rest of the usual lists out.
COMMON = frozenset(
    """
    1234567890 0123456789 0987654321 9876543210 12345678910 123456789a 1234567891 1111111111 0000000000 1212121212
    1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qwertyuiop qwertzuiop azertyuiop qwerty12345 qwerty123456 asdfghjkl1
    asdfghjkl123 zxcvbnm123 qazwsxedcrfv abcdefghij abcdefgh12 abcd123456 abc1234567 a123456789 aa12345678
    password12 password123 password1234 password12345 password2024 password2025 password2026 passwordpassword
    passw0rd123 p@ssw0rd123 p@ssword123 mypassword mypassword1 newpassword changeme12 changeme123 changemenow
    letmein123 letmeinnow welcome123 welcome1234 welcome2024 welcome2025 welcome2026 iloveyou12 iloveyou123
    iloveyou1234 administrator admin12345 admin123456 adminadmin football12 football123 baseball12 baseball123
    basketball superman123 batman12345 princess123 sunshine123 sunshine12 dragon12345 monkey12345 michael123
    jennifer12 liverpool1 chelsea123 starwars123 trustno1234 testtest12 test123456 test12345678 secret1234
    summer2024 summer2025 summer2026 winter2024 winter2025 winter2026 spring2025 spring2026 autumn2025 autumn2026
    company123 company1234 netpromoter netpromoter1 netpromoterscore promoter123
    """.split()  # noqa: SIM905 - a list would take a hundred lines
)


def problem(password: str, email: str) -> str | None:
    """Why this password can't be used by the owner of that address, in a sentence; None when it can."""
    folded = fold(password)
    local_part = fold(email).partition("@")[0]
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a few words in a row are easy to keep in mind."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    # A local part of one or two letters is in most phrases by chance.
    if len(local_part) > 2 and local_part in folded:
        return "Leave your e-mail address out of the password."
    if folded in COMMON or len(set(folded)) < 4:
        return "This is among the first passwords that anyone would try. Choose another one."
    return None
