"""Matrix: plain and encrypted rooms, on matrix-nio, with a receive loop of our own.

Only this package imports nio, and only once it runs: nio takes half a second to load.
"""

from bot.channels.matrix.channel import MatrixChannel

__all__ = ["MatrixChannel"]
