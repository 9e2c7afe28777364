"""What taking mail in brings to Tocsin."""

from typing import Final

from tocsin.feature import Feature, Job
from tocsin.features.mail_in import commands, rows, sentences

FORGET_SECONDS: Final = 3600.0

FEATURE: Final = Feature(
    name="mail_in",
    aggregates=[rows.MAIL_ADDRESS],
    doors=["api:ROUTER", "web:ROUTER"],
    jobs=[Job(name="forget mail", every_seconds=FORGET_SECONDS, run=commands.forget_old)],
    sentences={"mail_address": sentences.of_address, "mail": sentences.of_mail},
)
