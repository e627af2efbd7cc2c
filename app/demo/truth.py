"""What is true of Larkspur's customers: the numbers that their responses are drawn from, for analyses to find.

Ratings and weights are in steps of a driver's 1 to 5 and points of the 0 to 10 score.
"""

from dataclasses import dataclass, field

DAYS = 730  # of responses, up to yesterday
A_PERSON, MOST = 48, 60_000  # responses for each person of the company, and at most in all
LEAST_A_SERVER = 25  # in a large company so few teams' customers are asked that each of them still has so many


@dataclass(frozen=True)
class DriverTruth:
    """How customers rate one driver, and how many points of the score a step of it is worth."""

    key: str  # the heading in customer_sentences.txt
    name: str
    mean: float
    spread: float
    weight: float


# Solved at the first contact matters most, then being reached, which is also rated worst: the one to work on. Being
# kind is rated best and hardly matters, once all else is equal.
DRIVERS = (
    DriverTruth("reached", "Reached someone quickly", 3.05, 1.15, 0.75),
    DriverTruth("solved", "Solved at the first contact", 3.85, 1.15, 1.15),
    DriverTruth("staff", "Staff knew their trade", 4.05, 0.95, 0.4),
    DriverTruth("kind", "Kind and attentive", 4.55, 0.75, 0.08),
    DriverTruth("next", "Told what happens next", 3.5, 1.05, 0.32),
)
HALO = 0.55  # correlation of a driver with the customer's overall impression: its square is that of any two drivers
BASE = 8.6  # score of someone who rates every driver at its mean
NOISE = 1.5  # of the score that no driver explains
MOOD = 0.5  # of a customer, the same each time
TIERS = {"Gold": (0.15, 0.35), "Silver": (0.35, 0.0), "Bronze": (0.5, -0.15)}  # share, points

# Where the points of a team, a person or an event come from: shares of them by driver.
THROUGH = {"solved": 0.45, "reached": 0.25, "staff": 0.2, "next": 0.1}
STRONG_TEAM, WEAK_TEAM = 1.7, -1.6  # points: the largest Support team but the supervisor's, the largest of Stores
PLANTED_TRAFFIC = 1.5  # these two serve so many times as many
OTHER_TEAMS, PEOPLE = 0.07, 0.15  # spread of the points of all others

# Support answers sooner since it changed its rota; Stores lost experienced people in the last quarter.
IMPROVED_DAYS_AGO, IMPROVED = 304, {"reached": 1.2}
DIPPED_DAYS_AGO, DIPPED = 90, {"staff": -0.7, "solved": -0.35}
# The new app loses the pairing: so many of those with something to pair meet it.
APP_DAYS_AGO, APP_SHARE, APP_TROUBLE = 14, 0.2, {"solved": -1.3}
PAIRED = ("Hearing aids", "Headphones")

AFTER_CONTACT, RELATIONSHIP = "After contact", "Relationship"
RELATIONSHIP_SHARE, RELATIONSHIP_MONTHS = 0.08, (3, 9)
RESPONSE_RATE = {AFTER_CONTACT: 0.26, RELATIONSHIP: 0.21}
COMMENTED = {"promoter": 0.42, "passive": 0.36, "detractor": 0.6}
KNOWN_CUSTOMERS = 0.6  # of responses that come with a customer's key
NO_EMPLOYEE, NO_TOUCHPOINT, NO_DRIVERS, ONE_DRIVER_LEFT_OUT = 0.04, 0.03, 0.12, 0.08
OSAT_ASKED = 0.35
CORRECTED = 1 / 300  # of responses that came in a second time, corrected
AGENT_RESPONSES = 26  # of the sign-in who is new enough for it: too few to judge
IN_TRAINING = 14  # days before someone hired serves customers


@dataclass(frozen=True)
class Touchpoint:
    """An occasion on which customers are served: by whom, through which channels, and what they rate otherwise."""

    name: str
    roles: tuple[str, ...]
    channels: dict[str, float]
    share: float = 1.0  # of what these job roles do
    shifts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Trade:
    """How a department meets customers: occasions, busy weekdays (from Monday) and months, products."""

    touchpoints: tuple[Touchpoint, ...]
    weekdays: tuple[float, ...]
    months: dict[int, float]
    products: dict[str, float]
    hours: tuple[int, int] = (8, 18)


_ALL = {"Hearing aids": 0.38, "Headphones": 0.3, "Home audio": 0.2, "Care plan": 0.12}
TRADES = {
    "Support": Trade(
        (
            Touchpoint(
                "Phone support", ("Support agent", "Senior support agent"), {"Phone": 1}, 0.72, {"reached": -0.6}
            ),
            Touchpoint(
                "E-mail support",
                ("Support agent", "Senior support agent"),
                {"E-mail": 0.7, "Web form": 0.3},
                0.28,
                {"reached": -0.5, "next": 0.3, "solved": -0.1},
            ),
            Touchpoint(
                "Chat support", ("Chat agent",), {"Chat": 1}, 1, {"reached": -0.2, "solved": -0.2, "kind": -0.1}
            ),
        ),
        (1.3, 1.1, 1.0, 1.0, 0.95, 0.5, 0.35),
        {1: 1.3, 7: 0.85, 8: 0.85, 12: 1.1},
        _ALL,
        (8, 20),
    ),
    "Stores": Trade(
        (
            Touchpoint("Store visit", ("Sales assistant", "Cashier"), {"In person": 1}, 1, {"reached": 0.35}),
            Touchpoint(
                "Repair",
                ("Repair technician",),
                {"In person": 0.8, "Web form": 0.2},
                1,
                {"next": -0.45, "reached": 0.25},
            ),
        ),
        (0.8, 0.8, 0.85, 0.95, 1.2, 1.6, 0.4),
        {1: 0.85, 8: 0.85, 11: 1.2, 12: 1.5},
        _ALL,
        (9, 19),
    ),
    "Sales": Trade(
        (
            Touchpoint(
                "Sales call",
                ("Account manager", "Sales representative"),
                {"Phone": 0.8, "E-mail": 0.2},
                1,
                {"reached": 0.25},
            ),
            Touchpoint(
                "Renewal", ("Renewals specialist",), {"Phone": 0.5, "E-mail": 0.5}, 1, {"staff": -0.2, "next": 0.2}
            ),
        ),
        (1.0, 1.1, 1.1, 1.0, 0.8, 0.0, 0.0),
        {8: 0.75, 12: 0.85},
        {"Hearing aids": 0.3, "Headphones": 0.1, "Home audio": 0.2, "Care plan": 0.4},
    ),
    "Hearing clinics": Trade(
        (
            Touchpoint("Clinic visit", ("Audiologist", "Nurse"), {"In person": 1}, 1, {"staff": 0.25, "reached": 0.1}),
            Touchpoint("Appointment booking", ("Receptionist",), {"Phone": 0.6, "Web form": 0.4}, 1, {"reached": -0.1}),
        ),
        (1.0, 1.0, 1.0, 1.0, 1.0, 0.3, 0.0),
        {8: 0.75, 12: 0.85},
        {"Hearing aids": 0.85, "Care plan": 0.15},
    ),
    "Finance": Trade(
        (
            Touchpoint(
                "Billing question",
                ("Billing specialist",),
                {"Phone": 0.4, "E-mail": 0.4, "Web form": 0.2},
                1,
                {"solved": 0.15, "next": 0.1},
            ),
        ),
        (1.2, 1.1, 1.0, 1.0, 0.9, 0.0, 0.0),
        {1: 1.2},
        _ALL,
    ),
}
# Regions: the places that serve them, their share of customers, and who writes in another language than English.
REGIONS = {
    "UK and Ireland": (("Leeds",), 0.3, "", 0.0),
    "Central Europe": (("Berlin", "Kraków"), 0.2, "German", 0.065),
    "Southern Europe": (("Lisbon",), 0.1, "Portuguese", 0.04),
    "Africa": (("Nairobi",), 0.08, "", 0.0),
    "Asia Pacific": (("Manila", "Bengaluru"), 0.1, "", 0.0),
    "North America": (("Montréal", "Austin"), 0.14, "French", 0.03),
    "Latin America": (("São Paulo",), 0.08, "Portuguese", 0.045),
}
ABROAD = 0.5  # of what Support does is for customers of another region
