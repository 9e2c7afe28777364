from threading import Event, Thread

import pytest

from tocsin.storage.lanes import MACHINE_EVERY, Lane, WriterLanes


def served(waiting: list[Lane]) -> list[Lane]:
    """The order in which threads that all wait are let in."""
    lanes, order, may_go = WriterLanes(), list[Lane](), Event()

    def write(lane: Lane, queued: Event) -> None:
        queued.set()
        with lanes.turn(lane):
            order.append(lane)

    def hold(held: Event) -> None:
        with lanes.turn(Lane.MACHINES):
            held.set()
            may_go.wait()

    held = Event()
    threads = [Thread(target=hold, args=[held])]
    threads[0].start()
    held.wait()
    for number, lane in enumerate(waiting):
        queued = Event()
        threads.append(Thread(target=write, args=[lane, queued]))
        threads[-1].start()
        while lanes.waiting < number + 1:
            queued.wait(0.001)
    may_go.set()
    for thread in threads:
        thread.join()
    return order


def test_people_go_before_machines() -> None:
    people, machines = Lane.PEOPLE, Lane.MACHINES
    assert served([machines, people, people]) == [people, people, machines]


def test_machines_get_every_nth_turn_however_many_people_wait() -> None:
    order = served([Lane.MACHINES, *[Lane.PEOPLE] * 6])
    assert order.index(Lane.MACHINES) == MACHINE_EVERY - 1


def test_a_failure_inside_gives_the_turn_back() -> None:
    lanes = WriterLanes()
    with pytest.raises(KeyError), lanes.turn(Lane.PEOPLE):
        raise KeyError
    with lanes.turn(Lane.MACHINES):
        pass
