"""Where this slice shows itself: in the menu, and the ways between its own pages."""

from app.core.nav import MenuItem
from app.core.pages import has_page
from app.core.permissions import Can, may

VOICE = MenuItem("Voice", "voice.home", Can.SEE_VOICE, position=38)


def parts() -> list[tuple[str, str, bool]]:
    """The pages of this slice: label, endpoint, and whether the signed-in person may open it."""
    found = [
        ("Overview", "voice.home", True),
        ("Blockers", "voice.blockers", True),
        ("You said, we did", "voice.you_said", True),
        ("Surveys", "voice.surveys", may(Can.BUILD_SURVEYS)),
        ("Results", "voice.results", may(Can.SEE_SURVEY_RESULTS)),
        ("Processes", "voice.processes", may(Can.BUILD_SURVEYS)),
        ("Unanswered", "voice.unanswered", may(Can.SEE_UNANSWERED_BLOCKERS)),
    ]
    return [(label, endpoint, shown and has_page(endpoint)) for label, endpoint, shown in found]
