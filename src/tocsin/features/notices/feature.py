"""What notices bring to Tocsin."""

from tocsin.feature import Feature
from tocsin.features.notices import commands, rows, sentences
from tocsin.features.notices.reactors import NOTICE, telling


def feature(address: str) -> Feature:
    """The feature, knowing the address at which people find Tocsin."""
    return Feature(
        name="notices",
        aggregates=[rows.SUBSCRIBER],
        doors=["api:ROUTERS"],
        reactors=[telling(address)],
        purposes=[NOTICE],
        foresees=commands.foresee,
        sentences={"subscriber": sentences.of_subscriber, "notice": sentences.of_notice},
    )


FEATURE = feature("")
