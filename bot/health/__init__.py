"""How each source is: a state in a word, learned from its own history, with the reason."""

from bot.health.judge import judge
from bot.health.memory import Memory
from bot.health.notice import Notice, due
from bot.health.states import BAD, State

__all__ = ["BAD", "Memory", "Notice", "State", "due", "judge"]
