"""What incidents bring to Tocsin."""

from typing import Final

from tocsin.feature import Feature
from tocsin.features.incidents import rows, sentences
from tocsin.features.incidents.rows.bulk import BULK
from tocsin.features.incidents.rows.presence import PRESENCE
from tocsin.features.incidents.rows.views import VIEW

FEATURE: Final = Feature(
    name="incidents",
    aggregates=[rows.INCIDENT, VIEW, BULK],
    tables=[PRESENCE],
    doors=[
        "api:ROUTER",
        "api.tasks:ROUTER",
        "web:ROUTER",
    ],
    sentences={
        "incident": sentences.sentence,
        "view": sentences.of_view,
        "bulk": sentences.of_bulk,
        "list": sentences.of_list,
    },
)
