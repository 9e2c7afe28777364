"""What messages to people bring to Tocsin."""

from tocsin.feature import Feature
from tocsin.features.messages import sentences
from tocsin.features.messages.commands.delivering import deliver
from tocsin.features.messages.commands.queueing import DELIVER, queue
from tocsin.features.messages.reactors import QUEUE, SILENT, TELLING, purpose


def feature(address: str, *, sends_mail: bool) -> Feature:
    """The feature, knowing where people find Tocsin, and whether there is a way to send mail."""
    return Feature(
        name="messages",
        doors=["api:ROUTERS", "web:ROUTER"],
        reactors=[TELLING if sends_mail else SILENT],
        purposes=[purpose(address)],
        timers={QUEUE: queue, DELIVER: deliver(address)},
        sentences={"message": sentences.of_message},
    )


FEATURE = feature("", sends_mail=False)
