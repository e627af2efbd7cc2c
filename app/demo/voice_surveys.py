"""The two surveys of Larkspur, as its champion wrote them: what they ask, in the form that voice reads."""

from typing import Any

Question = dict[str, Any]
AGREE = {"1": "Strongly disagree", "2": "Disagree", "3": "Neither", "4": "Agree", "5": "Strongly agree"}
HEALTH_TITLE, PULSE_TITLE = "NPS programme health", "What gets in your way?"
HEALTH_PURPOSE = (
    "Asking customers is worth it only if we learn something and act on it. We ask how that works where you are, so "
    "that we change the programme rather than the people in it."
)
PULSE_PURPOSE = (
    "You know best which of our processes get in the way of helping customers. We ask so that we fix those first that "
    "hurt most; the page “You said, we did” tells what comes of it. Two minutes, and nobody can tell who wrote what."
)
SEGMENTS = ("department", "location", "tenure")


def _question(key: str, kind: str, text: str, content: dict[str, Any], **more: Any) -> Question:
    plain = {"help": "", "required": False, "show_if": None}
    return {"key": key, "kind": kind, "text": text, "content": content, **plain, **more}


def _options(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "text": text} for key, text in given.items()]


def _agree(key: str, text: str) -> Question:
    return _question(key, "rating", text, {"low": 1, "high": 5, "labels": AGREE, "enps": False})


_OFTEN = {"never": "Never", "seldom": "Seldom", "mostly": "Mostly", "always": "Always"}
HEALTH = (
    _question(
        "recommends",
        "rating",
        "How likely are you to recommend Larkspur as a place to work?",
        {"low": 0, "high": 10, "labels": {"0": "Not at all likely", "10": "Extremely likely"}, "enps": True},
        required=True,
    ),
    _question(
        "sees-feedback",
        "single",
        "How often do you see what customers said about your own work or your team’s?",
        {
            "options": _options(
                {
                    "daily": "Every day",
                    "weekly": "Every week",
                    "monthly": "Every month",
                    "rarely": "Less often",
                    "never": "Never",
                }
            )
        },
    ),
    _agree("understands", "I know how our score comes about, and what it can’t tell."),
    _agree("learns", "What customers say helps me do my work better."),
    _agree("fair", "The score is used fairly where I work."),
    _question(
        "unfair-how",
        "text",
        "What makes its use unfair?",
        {"longest": 1000},
        help="Write what happens, not who does it.",
        show_if={"question": "fair", "values": ["1", "2"]},
    ),
    _agree("hears-back", "I hear what becomes of what I report."),
    _question(
        "means",
        "matrix",
        "When a customer needs help, how often do you have what it takes?",
        {
            "rows": _options(
                {
                    "time": "The time",
                    "tools": "The tools and systems",
                    "right": "The right to decide",
                    "words": "The words and the knowledge",
                }
            ),
            "options": _options(_OFTEN),
        },
    ),
    _question(
        "processes",
        "process",
        "Which of our processes get in your way?",
        {"most": 3},
        help="Choose up to three, those that hurt customers most.",
    ),
    _question(
        "helps-most",
        "ranking",
        "What would help you most?",
        {
            "options": _options(
                {
                    "words": "More of customers’ own words",
                    "time": "Time to talk about them in the team",
                    "right": "The right to solve things at once",
                    "coaching": "Coaching on what I do",
                    "fixing": "Processes that somebody fixes",
                }
            )
        },
    ),
    _question("helped", "text", "What helped you do right by a customer lately?", {"longest": 1000}),
    _question(
        "change",
        "text",
        "What should we change first?",
        {"longest": 2000},
        help="Leave out names of customers and colleagues.",
    ),
)
PULSE = (
    _question(
        "can-help",
        "rating",
        "In the last four weeks, I could do what was right for the customer.",
        {
            "low": 1,
            "high": 5,
            "labels": {
                "1": "Hardly ever",
                "2": "Seldom",
                "3": "About half the time",
                "4": "Mostly",
                "5": "Nearly always",
            },
            "enps": False,
        },
        required=True,
    ),
    _question(
        "processes",
        "process",
        "Which of our processes got in your way?",
        {"most": 3},
        help="Choose up to three, those that hurt customers most.",
    ),
    _question(
        "how-often",
        "single",
        "How often does the worst of them get in your way?",
        {
            "options": _options(
                {
                    "daily": "Every day",
                    "weekly": "Every week",
                    "monthly": "Every month",
                    "rarely": "Less often",
                    "never": "Nothing got in my way",
                }
            )
        },
    ),
    _question(
        "effect",
        "multiple",
        "What does it do to customers?",
        {
            "most": 2,
            "options": _options(
                {
                    "waits": "They wait longer than they should",
                    "repeats": "They have to tell or do things twice",
                    "wrong": "They get something wrong or incomplete",
                    "passed-on": "They are passed from one to the next",
                    "pays": "They pay for what is not their fault",
                    "feels": "They feel that nobody cares",
                }
            ),
        },
        show_if={"question": "how-often", "values": ["daily", "weekly", "monthly", "rarely"]},
    ),
    _question(
        "what-happens",
        "text",
        "What happens, as you see it on a usual day?",
        {"longest": 2000},
        help="Leave out names of customers and colleagues. The process is to blame here, nobody else.",
    ),
    _agree("comes-of-it", "When I say what gets in the way, something comes of it."),
)
