"""What is true of how Larkspur's people see their work: what their answers are drawn from, for results to find again.

Ratings are on a scale of 1 to 5 unless said otherwise. See also app/demo/truth.py; the board is in voice_blockers.yaml.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessTruth:
    """A process, the part of the company that owns it, the customer driver it touches, and how many it blocks."""

    name: str
    silo: str
    driver: str  # a key of truth.DRIVERS; "" where it touches none
    blocks: float  # share of those who name it


# Refunds block most people; the processes of one's own department are named more often than by others.
PROCESSES = (
    ProcessTruth("Refunds", "Finance", "solved", 0.5),
    ProcessTruth("Returns and exchanges", "Stores", "solved", 0.12),
    ProcessTruth("Delivery dates", "Sales", "next", 0.18),
    ProcessTruth("Repairs", "Stores", "next", 0.08),
    ProcessTruth("Billing and direct debits", "Finance", "solved", 0.09),
    ProcessTruth("Care plan renewals", "Sales", "next", 0.06),
    ProcessTruth("Call queue and rota", "Support", "reached", 0.15),
    ProcessTruth("Handover between shifts and teams", "Support", "next", 0.22),
    ProcessTruth("Knowledge base", "Support", "staff", 0.18),
    ProcessTruth("Customer system", "Technology", "", 0.2),
    ProcessTruth("App and pairing", "Technology", "solved", 0.12),
    ProcessTruth("Complaints", "Support", "kind", 0.06),
    ProcessTruth("Clinic appointments", "Hearing clinics", "reached", 0.04),
    ProcessTruth("Training and onboarding", "People", "staff", 0.05),
)
WORST = "Refunds"
OWN_PROCESSES = 1.6  # times as often
MOST_NAMED = 3


@dataclass(frozen=True)
class WaveTruth:
    """A wave of the survey on the programme: when it was open, how many answered, and how they rated on average."""

    opened_ago: int
    closed_ago: int  # days since its last one
    rate: float
    ratings: dict[str, float]
    recommends: float  # 0 to 10
    writes: dict[str, float]  # shares of those who write something, by question


# Between the two, people began to hear what becomes of what they report. Little else moved.
WAVES = (
    WaveTruth(
        opened_ago=226,
        closed_ago=212,
        rate=0.55,
        ratings={"understands": 3.0, "learns": 3.4, "fair": 3.2, "hears-back": 2.4},
        recommends=7.5,
        writes={"helped": 0.45, "change": 0.62, "unfair-how": 0.7},
    ),
    WaveTruth(
        opened_ago=45,
        closed_ago=31,
        rate=0.68,
        ratings={"understands": 3.2, "learns": 3.5, "fair": 3.3, "hears-back": 3.4},
        recommends=7.8,
        writes={"helped": 0.42, "change": 0.55, "unfair-how": 0.65},
    ),
)
# In a large company only so many are asked: all who work in some of its places, those of the sign-ins before others.
MOST_ASKED = 4_000
REMINDED_AFTER = (5, 10)  # days
SPREAD, MOOD = 0.85, 0.4  # of a rating, and of a person in all of them
RECOMMENDS_SPREAD = 1.8
# Stores lost experienced people (see truth.DIPPED) and rate everything lower.
LOW_DEPARTMENT, LOW = "Stores", -0.8
LOW_RATE = 0.85  # and fewer of them answer
# How often people have what they need, by the numbers of the answers from 0 (never) to 3 (always).
MEANS = {"time": 1.5, "tools": 1.7, "right": 1.0, "words": 2.0}
SEES_FEEDBACK = {"daily": 0.12, "weekly": 0.3, "monthly": 0.28, "rarely": 0.2, "never": 0.1}
# What would help most: how much higher than chance each of them is ranked.
HELPS = {"fixing": 1.2, "right": 0.8, "time": 0.4, "words": 0.1, "coaching": 0.0}

PULSE_OPENED_AGO, PULSE_CLOSES_IN, PULSE_RATE = 4, 10, 0.4
CAN_HELP, WORKS_OUT = 3.1, 3.2
HOW_OFTEN = {"daily": 0.34, "weekly": 0.32, "monthly": 0.14, "rarely": 0.12, "never": 0.08}
EFFECTS = {"waits": 0.52, "repeats": 0.34, "wrong": 0.2, "passed-on": 0.28, "pays": 0.12, "feels": 0.22}
PULSE_WRITES = 0.55

MINUTES = {"0-2": 0.08, "2-5": 0.56, "5-10": 0.28, "10+": 0.08}
LOOKED_ONLY = 0.14  # devices more that opened the page; they leave evenly from question to question
TALKATIVE = 0.3  # of those who write, a second sentence
