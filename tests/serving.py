"""An application on a port of its own, served as it is in production, for as long as a block lasts."""

from collections.abc import Generator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import uvicorn
from databases import free_port
from processes import GIVE_UP_SECONDS, until


@contextmanager
def served(app: Any) -> Generator[str]:
    """Serve an ASGI application; gives its address."""
    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_config=None, timeout_graceful_shutdown=3
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, "the server did not start")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(GIVE_UP_SECONDS)
