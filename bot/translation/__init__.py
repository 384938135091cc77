"""Translation services: each module speaks one service's HTTP API and implements
`service.translation.Translator`. Knows no conversation and logs no text.
"""
