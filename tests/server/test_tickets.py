"""How many letters one client may write, and that a form was opened before it was sent: both forgotten within a day."""

from server.replies.rationing import DAY_SECONDS, Ration
from server.replies.tickets import LATEST, SOONEST, Standing, Tickets


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def test_somebody_else_may_write_meanwhile() -> None:
    ration = Ration(1, 100.0, lambda: 0.0)
    assert ration.take("203.0.113.1") == 0
    assert ration.take("203.0.113.1") == 100.0
    assert ration.take("203.0.113.2") == 0


def test_who_wrote_is_forgotten_within_a_day_and_kept_as_no_address() -> None:
    clock = Clock()
    ration = Ration(1, 10 * DAY_SECONDS, clock)
    ration.take("203.0.113.1")
    assert all(b"203" not in key and len(key) == 16 for key in ration._spent)
    clock.now += DAY_SECONDS + 1
    assert ration.take("203.0.113.1") == 0, "the key is another"
    for number in range(25_000):
        ration.take(str(number))
    assert len(ration._spent) <= 10_000


def test_tickets_are_signed_and_live_for_a_day() -> None:
    clock = Clock()
    tickets = Tickets(clock)
    ticket = tickets.issue()
    assert tickets.standing(ticket) is Standing.SOON
    clock.now += SOONEST + 1
    assert tickets.standing(ticket) is Standing.GOOD
    assert tickets.standing(ticket[:-1] + ("0" if ticket[-1] != "0" else "1")) is Standing.STALE
    assert tickets.standing("") is tickets.standing("٣" * 16 + "-1-" + "0" * 32) is Standing.FALSE
    assert Tickets(clock).standing(ticket) is Standing.STALE
    clock.now += LATEST
    assert tickets.standing(ticket) is Standing.STALE
