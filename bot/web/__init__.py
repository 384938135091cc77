"""The web: the chat page, the pages behind its footer, health and metrics. Knows no engine, no
storage, no channel.
"""
