"""Where mail comes in: one process listens, the next takes over from it, and a wrong place is refused."""

from pathlib import Path

import pytest
from mailing import DOMAIN, House, begun_at_noon, mail
from processes import until

from tocsin.features.mail_in import commands
from tocsin.features.mail_in.terms import OwnerKind
from tocsin.foundation.refusal import Refused
from tocsin.ledger.ledger import Ledger
from tocsin.runtime.mail_in import MailIn
from tocsin.runtime.outside import mail_terms
from tocsin.runtime.settings import Settings
from tocsin.storage.database import Database


@pytest.fixture
def ledger(database: Database) -> Ledger:
    return begun_at_noon(database)


def test_the_second_process_waits_for_the_port_and_takes_over(
    ledger: Ledger, tmp_path: Path
) -> None:
    house = House(ledger, tmp_path)
    second = MailIn.of(ledger, house.chosen)
    with house.listening():
        second.start()
    try:
        until(house.is_greeted, "the second does not take over")
        assert house.answer(house.address().address, mail()) == 250
    finally:
        second.stop()
    assert not house.is_greeted()


@pytest.mark.parametrize(
    "said", ["nowhere", "127.0.0.1:0", "127.0.0.1:99999", "192.0.2.1:2525", ":25x"]
)
def test_a_place_that_is_none_is_refused_in_a_sentence(
    ledger: Ledger, tmp_path: Path, said: str
) -> None:
    chosen = Settings(data_folder=tmp_path, mail_in_domain=DOMAIN, mail_in=said)
    with pytest.raises(Refused) as refused:
        MailIn.of(ledger, chosen).start()
    assert refused.value.code == "bad_settings"
    with pytest.raises(Refused):
        MailIn.of(ledger, Settings(data_folder=tmp_path, mail_in="127.0.0.1:2525"))


def test_without_the_setting_nobody_listens_and_no_address_is_made(
    ledger: Ledger, tmp_path: Path
) -> None:
    chosen = Settings(data_folder=tmp_path)
    listener = MailIn.of(ledger, chosen)
    listener.start()
    listener.stop()
    house = House(ledger, tmp_path)
    with pytest.raises(Refused) as off:
        commands.create(house.work(), mail_terms(chosen), OwnerKind.PERSON, house.people["rex"])
    assert off.value.code == "mail_in_off"
