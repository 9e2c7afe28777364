"""What Alertmanager tells of itself: status, receivers, whether it is healthy."""

import platform
from importlib.metadata import version
from typing import Final

from litestar import MediaType, Response, get
from litestar.di import NamedDependency as Given

from tocsin.access.policy import Permission
from tocsin.access.work import UnitOfWork
from tocsin.features.silences.api.refusals import shown
from tocsin.features.silences.api.wire import RECEIVER, spelled
from tocsin.foundation.clock import system_clock

STARTED: Final = system_clock()
"""When this program was loaded: the only thing here that is not in the database."""

CONFIGURATION: Final = f"route:\n  receiver: {RECEIVER}\nreceivers:\n- name: {RECEIVER}\n"


@get("/status", sync_to_thread=True)
def status(work: Given[UnitOfWork]) -> Response[bytes]:
    """Who we are. There is no cluster: several processes share one database."""
    work.actor.must_be_allowed_to(Permission.SEE_ALERTS)
    about = {
        "branch": "",
        "buildDate": "",
        "buildUser": "",
        "goVersion": f"none (Python {platform.python_version()})",
        "revision": "",
        "version": f"Tocsin {version('tocsin')}",
    }
    return shown(
        {
            "cluster": {"peers": [], "status": "disabled"},
            "config": {"original": CONFIGURATION},
            "uptime": spelled(STARTED),
            "versionInfo": about,
        }
    )


@get("/receivers", sync_to_thread=True)
def receivers(work: Given[UnitOfWork]) -> Response[bytes]:
    """The one receiver: what comes in goes through the rules of Tocsin."""
    work.actor.must_be_allowed_to(Permission.SEE_ALERTS)
    return shown([{"name": RECEIVER}])


@get("/healthy", media_type=MediaType.TEXT, sync_to_thread=False)
def healthy() -> str:
    """Whether this process answers."""
    return "OK"


@get("/ready", media_type=MediaType.TEXT, sync_to_thread=False)
def ready() -> str:
    """Whether this process takes requests."""
    return "OK"
