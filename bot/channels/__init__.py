"""Channels: each turns a platform's events into `Inbound` and delivers what the outbox holds."""
