"""A site of the example's size is read before anybody notices."""

from pathlib import Path
from time import process_time

from graph.authoring.records import read_site
from graph.settings import read_settings

SECONDS = 0.2  # of this process, for 7 files; measured 0.08, and a machine may be half as fast
EXAMPLE = Path(__file__).parents[2] / "examples/rights-in-russia"


def test_the_example_is_read_at_once() -> None:
    settings = read_settings(EXAMPLE)
    taken = []
    for _ in range(7):
        start = process_time()
        read_site(settings)
        taken.append(process_time() - start)
    assert min(taken) < SECONDS


def test_twice_the_records_take_twice_as_long(site) -> None:
    def seconds(number: int) -> float:
        for n in range(number):
            site.write(f"r{n}.yaml", f"things: [{{id: org/a{n}, name: A, parent: org/a{(n + 1) % number}}}]")
        start = process_time()
        read_site(site.settings)
        return process_time() - start

    small, large = min(seconds(100) for _ in range(3)), min(seconds(800) for _ in range(2))
    assert large < small * 8 * 2.5 + 0.2
