"""Talks to a Tocsin's API for the responder commands: `TOCSIN_URL`, `TOCSIN_TOKEN`.

What the API refuses becomes a refusal here, in its own words. A request that changes something carries
a key, so that sending it again after a broken connection does it once.
"""

import os
import secrets
from pathlib import Path
from typing import Any, Final, Self, cast

import httpx2

from tocsin.foundation.refusal import Refused

USUAL_URL: Final = "http://127.0.0.1:8700"
TIMEOUT: Final = httpx2.Timeout(30.0, connect=5.0)
SENDING: Final = httpx2.Timeout(300.0, connect=5.0)
ATTEMPTS: Final = 2
FAILED: Final = 400


class Api:
    """One Tocsin, as whoever holds the token sees it."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        headers = {"authorization": f"Bearer {token}", "accept": "application/json"}
        self._client = httpx2.Client(headers=headers, timeout=TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: object) -> Any:  # noqa: ANN401 - whatever JSON the API answers
        """What is at a path under /api/v1."""
        asked = {name: str(value) for name, value in query.items() if value is not None}
        return self._answer("GET", path, params=asked)

    def take_file(self, path: str, target: Path, **query: object) -> None:
        """Save what is there as a file that was not there before. Refuses `file_exists`."""
        asked = {name: str(value) for name, value in query.items() if value is not None}
        reply = self._reply("GET", path, params=asked, timeout=SENDING)
        if reply.status_code >= FAILED or "json" in reply.headers.get("content-type", ""):
            _read(reply)
        try:
            with target.open("xb") as file:
                file.write(reply.content)
        except FileExistsError:
            raise Refused("file_exists", f"{target} is there already. Name another.") from None
        except OSError as error:
            raise Refused(
                "file_missing", f"{target} cannot be written: {error.strerror}."
            ) from None

    def send_file(self, path: str, file: Path, **query: object) -> Any:  # noqa: ANN401 - as above
        """Add a file there, sent bare and piece by piece; what is None is not said."""
        asked = {name: str(value) for name, value in query.items() if value is not None}
        headers = {"idempotency-key": secrets.token_urlsafe(24)}
        headers["content-type"] = "application/octet-stream"
        return self._answer("POST", path, file, params=asked, headers=headers)

    def put(self, path: str, **said: object) -> Any:  # noqa: ANN401 - as above
        """Put something there; what is None is not said."""
        return self._change("PUT", path, said)

    def post(self, path: str, **said: object) -> Any:  # noqa: ANN401 - as above
        """Add something there; what is None is not said."""
        return self._change("POST", path, said)

    def patch(self, path: str, **said: object) -> Any:  # noqa: ANN401 - as above
        """Change something there; what is None is said so, and taken away."""
        return self._sent("PATCH", path, said)

    def delete(self, path: str, **said: object) -> Any:  # noqa: ANN401 - as above
        """Take something away, saying why."""
        return self._change("DELETE", path, said)

    def _change(self, method: str, path: str, said: dict[str, object]) -> Any:  # noqa: ANN401 - as above
        body = {name: value for name, value in said.items() if value is not None}
        return self._sent(method, path, body)

    def _sent(self, method: str, path: str, body: dict[str, object]) -> Any:  # noqa: ANN401 - as above
        key = {"idempotency-key": secrets.token_urlsafe(24)}
        return self._answer(method, path, json=body, headers=key)

    def _answer(self, method: str, path: str, file: Path | None = None, **more: Any) -> Any:  # noqa: ANN401 - as above
        return _read(self._reply(method, path, file, **more))

    def _reply(
        self, method: str, path: str, file: Path | None = None, **more: Any
    ) -> httpx2.Response:
        for left in reversed(range(ATTEMPTS)):
            try:
                reply = self._made(method, f"{self._url}/api/v1{path}", file, **more)
            except httpx2.InvalidURL:
                raise Refused("bad_url", f"{self._url} is not an address.") from None
            except httpx2.TransportError:
                if left == 0:
                    sentence = f"No answer from {self._url}. Is it right, and is Tocsin running?"
                    raise Refused("no_answer", sentence) from None
            else:
                return reply
        raise AssertionError("the last attempt answers or refuses")

    def _made(self, method: str, url: str, file: Path | None, **more: Any) -> httpx2.Response:
        """One attempt, with a file as its body where there is one."""
        if file is None:
            return self._client.request(method, url, **more)
        try:
            opened = file.open("rb")
        except OSError as error:
            raise Refused("file_missing", f"{file} cannot be read: {error.strerror}.") from None
        with opened:
            length = {"content-length": str(file.stat().st_size)}
            more["headers"] = more["headers"] | length
            return self._client.request(method, url, content=opened, timeout=SENDING, **more)


def connected() -> Api:
    """The Tocsin that the environment names. Refuses `token_missing`."""
    token = os.environ.get("TOCSIN_TOKEN", "").strip()
    if not token:
        sentence = "Set TOCSIN_TOKEN to a token; `tocsin token create` on the server makes one."
        raise Refused("token_missing", sentence)
    return Api(os.environ.get("TOCSIN_URL", "").strip() or USUAL_URL, token)


def _read(reply: httpx2.Response) -> Any:  # noqa: ANN401 - whatever JSON the API answers
    try:
        answer = reply.json()
    except ValueError:
        answer = None
    if reply.status_code < FAILED and answer is not None:
        return answer
    if isinstance(answer, dict):
        problem = cast("dict[str, object]", answer)
        if "detail" in problem and "code" in problem:
            raise Refused(str(problem["code"]), str(problem["detail"]))
    sentence = f"{reply.url} answered {reply.status_code}, which is not what Tocsin would answer."
    raise Refused("strange_answer", sentence)
