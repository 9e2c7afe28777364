"""Which addresses an outgoing request may reach: the rule against server-side request forgery.

A name is resolved once, and the connection is made to exactly the address that was judged. Nothing
here connects. CWE-918; the forms in the tests are those that fooled others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""All addresses of a name, as text. Raises `OSError` where there is none."""

NAT64: Final = IPv6Network("64:ff9b::/96")
NOT_GLOBAL: Final = (
    IPv4Network("192.88.99.0/24"),
    IPv6Network("64:ff9b:1::/48"),
    IPv6Network("3fff::/20"),
    IPv6Network("5f00::/16"),
    IPv6Network("fec0::/10"),
)
"""Not reachable in the open Internet either, though Python's table does not know it."""

USUAL_PORTS: Final = frozenset({80, 443})


class Forbidden(Exception):
    """An address that no request may go to. `str()` of it is a sentence for the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where requests may go: the open Internet on the usual ports, and what the operator listed."""

    allowed: tuple[Network, ...] = ()
    ports: frozenset[int] = USUAL_PORTS

    def is_listed(self, address: Address) -> bool:
        """Whether the operator listed a network that holds this address."""
        return any(address in network for network in self.allowed)

    def judge(self, address: Address, port: int) -> None:
        """Raise `Forbidden` unless a request may go to this address and port."""
        inner = unwrapped(address)
        if self.is_listed(address) or self.is_listed(inner):
            return
        if is_inward(inner):
            raise Forbidden(f"The address {address} is not in the open Internet nor allowed here.")
        if port not in self.ports:
            raise Forbidden(f"The port {port} is not one that requests may go to.")

    def choose(self, host: str, port: int, resolve: Resolve) -> Address:
        """The one address to connect to: the first of the name's that may be reached."""
        found = [spelled(one) for one in resolve(host, port)]
        if not found:
            raise OSError("the name has no address")
        refused: Forbidden | None = None
        for address in found:
            try:
                self.judge(address, port)
            except Forbidden as forbidden:
                refused = refused or forbidden
            else:
                return address
        assert refused is not None, "every address was refused"
        raise refused


def reach(allowed_networks: Sequence[str], more_ports: Sequence[int] = ()) -> Reach:
    """The rule for networks as an operator writes them (`10.0.0.0/8`). Raises `ValueError`."""
    networks = tuple(ip_network(network, strict=False) for network in allowed_networks)
    return Reach(allowed=networks, ports=USUAL_PORTS | frozenset(more_ports))


def spelled(text: str) -> Address:
    """An address from a resolver's text, without the interface it was found through."""
    return ip_address(text.partition("%")[0])


def unwrapped(address: Address) -> Address:
    """The address that is really reached: IPv4 inside mapped, 6to4, Teredo or NAT64 addresses."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def is_inward(address: Address) -> bool:
    """Whether an unwrapped address is private, local, multicast, reserved or for documentation."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return True
    return any(address in network for network in NOT_GLOBAL)
