"""Staff rooms: the thread of a case in a Matrix room or a Telegram group, both ways."""
