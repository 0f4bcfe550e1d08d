"""What there is to look at: each scene yields (state, page) or (state, page, whole page or only the window)."""

# In the order in which somebody meets them: a call that was missed is no part of a first look at one's people.
from scenes import doors, people, meetings, calls, desk  # isort: skip
from scenes.stage import SCENES

__all__ = ["SCENES", "calls", "desk", "doors", "meetings", "people"]
