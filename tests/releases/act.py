"""One act on a site, in a process that a test may kill: `act.py publish|recover|withdraw|erase FOLDER [IRI]`.

Prints the number of the release when it is acknowledged, and nothing else.
"""

import sys
from pathlib import Path

from graph.checking.report import Report
from graph.errors import KhronikaError
from graph.releases import publish
from graph.releases.recovering import recover
from graph.releases.withdrawal.withdrawing import withdraw
from graph.settings import read_settings


def act(what: str, folder: str, *iri: str) -> int:
    settings = read_settings(Path(folder))
    if what == "publish":
        return publish(settings, author="ann", message="why", check=lambda *_: Report(())).release
    if what == "recover":
        release = recover(settings).release
        return release.number if release else 0
    return withdraw(settings, iri[0], reason="risk", author="ann", erase=what == "erase").release


if __name__ == "__main__":
    try:
        print(act(*sys.argv[1:]), flush=True)
    except KhronikaError as error:
        sys.exit(str(error))
