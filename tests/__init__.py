"""The tests mirror `bot/`, room by room."""
