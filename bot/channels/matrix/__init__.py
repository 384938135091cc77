"""Matrix: plain and encrypted rooms, on matrix-nio, with a receive loop of our own.

`channel.MatrixChannel` is the way in. Only this package imports nio, and only once it runs: nio
takes half a second to load.
"""
