"""What pages say about files that were handed in."""

STATES = {
    "mapping": "Not confirmed",
    "waiting": "Waiting",
    "running": "Being imported",
    "done": "Imported",
    "failed": "Stopped",
}
TONES = {"mapping": "watch", "waiting": "neutral", "running": "neutral", "done": "good", "failed": "bad"}
OUTCOMES = {
    "added": "added",
    "corrected": "corrected",
    "unchanged": "unchanged",
    "superseded": "earlier versions",
    "refused": "refused",
    "left_out": "left out",
}
# What would become of a line: its kind of tag, and words.
WOULD = {
    "added": ("good", "Would be added"),
    "corrected": ("watch", "Would correct one"),
    "unchanged": ("neutral", "Is here already"),
    "superseded": ("neutral", "An earlier version"),
    "refused": ("bad", "Would be refused"),
    "": ("neutral", "Left out"),
}
