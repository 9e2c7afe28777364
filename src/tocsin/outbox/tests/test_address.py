"""No request reaches an address inside, however it is written."""

import socket
from ipaddress import ip_address

import pytest

from tocsin.outbox.address import Forbidden, Reach, reach

INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.88.99.1",
    "::1",
    "::",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "fe80::1",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "3fff::1",
    "2001:db8::1",
]
OUTSIDE = ["93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_is_refused(address: str) -> None:
    with pytest.raises(Forbidden):
        Reach().judge(ip_address(address), 443)


@pytest.mark.parametrize("address", OUTSIDE)
def test_the_open_internet_is_reached_on_the_usual_ports_only(address: str) -> None:
    Reach().judge(ip_address(address), 443)
    reach([], [8443]).judge(ip_address(address), 8443)
    with pytest.raises(Forbidden, match="port 22"):
        Reach().judge(ip_address(address), 22)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1"])
def test_other_spellings_of_an_address_change_nothing(host: str) -> None:
    def as_the_system_does(name: str, port: int) -> list[str]:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        return [str(one[4][0]) for one in found]

    with pytest.raises(Forbidden):
        Reach().choose(host, 443, as_the_system_does)


def test_what_the_operator_listed_is_reached_on_any_port() -> None:
    inner = reach(["10.0.0.0/8"])
    inner.judge(ip_address("10.1.2.3"), 9093)
    inner.judge(ip_address("::ffff:10.1.2.3"), 9093)
    with pytest.raises(Forbidden):
        inner.judge(ip_address("192.168.1.1"), 443)


def test_a_name_is_asked_once_and_the_first_allowed_address_is_the_one() -> None:
    asked: list[str] = []

    def resolve(name: str, _: int) -> list[str]:
        asked.append(name)
        return ["fe80::1%eth0", "93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    assert str(Reach().choose("hooks.example", 443, resolve)) == "93.184.216.34"
    assert asked == ["hooks.example"]
    with pytest.raises(Forbidden):
        Reach().choose("hooks.example", 443, resolve)
