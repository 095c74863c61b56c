"""A record or a thing taken back, on the day of the tests."""

from datetime import date

from graph.releases.withdrawal.withdrawing import withdraw

SECRET = "Zinaida Quillfeather"
DAY = date(2026, 11, 22)


def mask(site, iri: str, **how: object):
    return withdraw(site.settings, iri, **{"reason": "risk", "author": "ann", "today": DAY, **how})
