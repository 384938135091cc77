"""The only SQL of the program: rows in, values out, sealed on the way. Knows nothing of turns,
channels or content.
"""
