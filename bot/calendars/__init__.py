"""Calendars elsewhere: the office's account on a CalDAV server, and calendars fetched by address.

Floor 4: implements ports of the service, knows neither appointments nor the database.
"""
