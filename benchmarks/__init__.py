"""What a durable turn costs, beside a plain python-telegram-bot bot of the same FAQ.

`python -m benchmarks` prints one table. Not a test, and nothing of it is part of the program.
"""
