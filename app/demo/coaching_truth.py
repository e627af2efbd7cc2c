"""What is true of coaching at Larkspur: what people can do, how their supervisors coach, and what it changes.

Levels are those of the rubric, 1 to 5. Analyses are to find these numbers again; see also app/demo/truth.py.
"""

from dataclasses import dataclass

DAYS = 365  # of sessions, up to yesterday
OBSERVED_DAYS = 400  # of observations: some come before the first session
BENCHMARK_DAYS_AGO = 425  # when the benchmarks began
RAISED_DAYS_AGO = 120  # since when more is asked of one behaviour
TEAM_DAYS_AGO = 55  # since when the supervisor of the sign-ins asks for more than the company
# In a large company only so many of the front line are coached with Uplift, in whole teams from the first one, and so
# many of all others. The rest have benchmarks and nothing else: their gaps are found in the first night.
MOST_FRONTLINE, MOST_OTHERS = 1_500, 250
WEEKS, WEEKS_OF_OTHERS = 4, 8  # between two sessions
IN_TRAINING = 14  # days after being hired before anybody observes
MONTH = 30.44  # days

MEAN, SPREAD = 3.4, 0.6  # of people's true levels
NOISE = 0.8  # of a single observation around the true level
SEVERITY = 0.4  # how many levels the mildest and the strictest rater are from the truth
SCORED = 0.85  # of the behaviours in one observation; the others did not come up
PEERS, OWN = 0.15, 0.12  # observations a month by peers and by oneself
OWN_KINDER = 0.4  # levels that people see themselves above what others see


@dataclass(frozen=True)
class Quality:
    """How a supervisor coaches. Shares are of 1; `effect` is in levels of a behaviour that a session agreed on."""

    name: str
    share: float  # of supervisors
    held: float  # of the sessions that are due
    late_days: tuple[int, int]  # at least and at most, after the day it was due; below 0 is before it
    record_days: int  # at most, until the record is attested
    cancelled: float  # of those not held; the others were never planned
    actions: float  # agreed in a session, on average
    done: float  # of actions
    in_time: float  # of those done
    tidied: float  # of actions not done that someone drops with a reason
    answered: float  # of records, by the one coached
    effect: float
    ratings: tuple[int, ...]  # how those coached rate a session
    private: float  # of sessions with a note for oneself
    observations: float  # a month for each of the front line
    topics: float  # sessions for which the one coached brought a topic


GOOD = Quality("good", 0.4, 0.96, (-4, 0), 0, 0.8, 1.35, 0.88, 0.92, 0.75, 0.97, 0.6, (4, 4, 5, 5, 5), 0.1, 1.7, 0.35)
AVERAGE = Quality(
    "average", 0.35, 0.67, (-2, 8), 2, 0.4, 0.75, 0.64, 0.75, 0.4, 0.7, 0.3, (3, 4, 4, 4, 5), 0.04, 1.35, 0.18
)
POOR = Quality("poor", 0.25, 0.33, (0, 14), 6, 0.25, 0.25, 0.38, 0.5, 0.15, 0.3, 0.0, (3, 3, 3, 4), 0.02, 1.1, 0.08)
QUALITIES = (GOOD, AVERAGE, POOR)
# The team that customers like best has a good supervisor, the one that they like least a poor one.

EFFECT_SPREAD = 0.15
EFFECT_DAYS = 21  # until a session's effect is there in full
EFFECT_ENDS_AT = 4.6  # nobody gets better than this by being coached


@dataclass(frozen=True)
class ActionKind:
    """How often a kind of action is agreed, and how much of the effect it brings."""

    share: float
    works: float


KINDS = {
    "practice": ActionKind(0.5, 1.1),
    "shadow": ActionKind(0.2, 1.2),
    "module": ActionKind(0.18, 0.85),
    "blocker": ActionKind(0.12, 0.5),
}


@dataclass(frozen=True)
class BehaviourTruth:
    """How far people's mean on a behaviour is from MEAN, and what is asked; `raised` since RAISED_DAYS_AGO."""

    mean: float
    target: float
    raised: float | None = None


# By the behaviours of the starter set in their order; further ones are like the first.
BEHAVIOURS = (
    BehaviourTruth(0.05, 3.0),
    BehaviourTruth(0.45, 3.5),
    BehaviourTruth(0.1, 3.0, raised=3.2),
    BehaviourTruth(0.0, 3.0),
    BehaviourTruth(0.0, 3.0),
)
UNCALIBRATED = 3  # the behaviour, by that order, on which raters agree too little
TEAMS_OWN, TEAMS_TARGET = 2, 3.5  # the behaviour of which the supervisor asks more of the own team
TEAMS_BECAUSE = "Half of our second calls came because nobody had said what happens next."
RAISED_BECAUSE = "The first benchmark is reached by most, and customers ask for more here than anywhere else."
AGENTS_GAP = 0  # the behaviour on which the agent is below the benchmark

CUSTOMERS_DAYS_AGO = (240, 150, 60)  # when it was looked whether anybody is likely below on customers' NPS
CERTIFICATION, FOLLOW_THROUGH = 100.0, 80.0
NPS_BELOW_MEAN = 10  # points below the company's mean, rounded to 5
NPS_WITHOUT_RESPONSES = 25.0

CALIBRATED_DAYS_AGO = 91
MOST_RATERS = 8
# By place of the behaviour: levels of five interactions, a digit for each rater. On two of them raters agree.
CALIBRATED = {
    0: ("11211211", "54554555", "33323333", "45444445", "22232232"),
    2: ("11121111", "44544443", "22223232", "55455554", "33333433"),
    3: ("31425234", "24314352", "42533144", "34225324", "42314453"),
}
CALIBRATED_AGAIN = ("33323433", "21222122", "45445454")
