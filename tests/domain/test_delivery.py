from bot.domain.delivery import TRANSITIONS, DeliveryStatus


def test_every_status_has_its_row() -> None:
    assert set(TRANSITIONS) == set(DeliveryStatus)


def test_what_was_sent_stays_sent() -> None:
    assert TRANSITIONS[DeliveryStatus.SENT] == frozenset()
    assert TRANSITIONS[DeliveryStatus.SKIPPED] == frozenset()


def test_every_open_status_can_end() -> None:
    for status in (DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNKNOWN):
        reached, frontier = {status}, [status]
        while frontier:
            for following in TRANSITIONS[frontier.pop()] - reached:
                reached.add(following)
                frontier.append(following)
        assert DeliveryStatus.SENT in reached
        assert DeliveryStatus.SKIPPED in reached
