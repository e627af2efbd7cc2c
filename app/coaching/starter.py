"""A rubric to start from: five behaviours of people who serve customers, each at five levels in words.

Written so that two observers of the same interaction could point at the same sentence: what was said or done, never
what somebody is like.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Starter:
    """One behaviour. `key` names it for good; `levels` are from level 1 up."""

    key: str
    name: str
    description: str
    levels: tuple[str, str, str, str, str]


STARTER = [
    Starter(
        "listens-before-answering",
        "Listens before answering",
        "Lets the customer finish, and makes sure what the matter is before offering anything.",
        (
            "Interrupts, or offers a solution before the customer has said what the matter is.",
            "Lets the customer finish, then gives a stock answer; the customer has to repeat something already said.",
            "Lets the customer finish, and asks about what is not clear yet.",
            "Sums up the matter in own words before answering, and the customer agrees.",
            "Sums up the matter and what it means for this customer, and picks up what was only hinted at.",
        ),
    ),
    Starter(
        "owns-the-matter",
        "Owns the matter until it is solved",
        "Stays responsible for the outcome, even where someone else has to do a part of it.",
        (
            "Sends the customer elsewhere, or ends the contact with the matter open and nobody in charge of it.",
            "Passes the matter on, but the customer has to explain it again or ask what became of it.",
            "Solves what can be solved at once; when passing it on, tells the colleague what is known so far.",
            "Also tells the customer who takes care of it and until when, and notes it where colleagues find it.",
            "Checks that it was solved before closing it, and reports the cause, to spare it the next customer.",
        ),
    ),
    Starter(
        "explains-what-happens-next",
        "Explains what happens next",
        "After the contact the customer knows who does what by when, without having asked.",
        (
            "Ends without a word on what happens now.",
            "Says that something will happen, but neither what nor when: “We’ll get back to you.”",
            "Says what happens next and by when.",
            "Says what happens, who does it by when, and what the customer has to do, without the company’s own terms.",
            "Also says what to do if it goes otherwise, and makes sure that the customer has understood it.",
        ),
    ),
    Starter(
        "shows-empathy",
        "Shows empathy",
        "Notices what the matter means to the customer, says so in plain words, and acts on it.",
        (
            "Passes over what the customer feels, or argues with it.",
            "Uses a set phrase, such as “Sorry for the inconvenience”, whatever the customer has said.",
            "Says in own words what the matter means to this customer, at the moment it comes up.",
            "Also fits pace and tone to the customer: slower with someone lost, brief with someone in a hurry.",
            "Stays warm with someone angry or mistaken, and offers what would ease it before being asked.",
        ),
    ),
    Starter(
        "closes-the-loop",
        "Asks for feedback and closes the loop",
        "Invites an honest answer without steering it, takes criticism well, and does something with it.",
        (
            "Asks for a good score, says which answer is wanted, or argues with criticism.",
            "Mentions the survey as a duty, or takes criticism without a word on what becomes of it.",
            "Invites an honest answer in neutral words, and gives thanks for praise and criticism alike.",
            "Also asks what could have gone better, and writes it down in the customer’s words, defending nothing.",
            "Acts on it or takes it to someone who can, and tells the customer what came of it.",
        ),
    ),
]
