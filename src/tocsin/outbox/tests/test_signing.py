"""Receivers with any Standard Webhooks library accept what we sign."""

import base64
import json
from datetime import UTC, datetime
from pathlib import Path

from tocsin.outbox import signing


def test_our_signature_is_that_of_the_reference_library(shared: Path) -> None:
    file = shared / "captures" / "inbound_signed" / "hmac_vectors.json"
    vectors = {vector["name"]: vector for vector in json.loads(file.read_text())}
    vector = vectors["standardwebhooks"]
    at = datetime.fromtimestamp(int(vector["webhook-timestamp"]), UTC)
    body = vector["body"].encode()
    made = signing.headers(vector["secret"], vector["webhook-id"], at, body)
    assert made == {name: vector[name] for name in made}


def test_a_fresh_secret_has_256_bits() -> None:
    secret = signing.new_signing_secret()
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != signing.new_signing_secret()


def test_the_id_of_a_message_is_stable_and_does_not_show_its_key() -> None:
    one = signing.message_id(b"k" * 32, "notices:41:0")
    assert one == signing.message_id(b"k" * 32, "notices:41:0")
    assert one != signing.message_id(b"k" * 32, "notices:42:0")
    assert one != signing.message_id(b"o" * 32, "notices:41:0")
