"""Who may see the desk: sign-in, invitation, own account, administration, audit log, and the guard
before every page of the team. Knows no case and no content.
"""
