"""Who asks where proxies of our own stand before us: they say so in X-Forwarded-For, and nobody else is believed."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv6Address, ip_address, ip_network

FIELD = b"x-forwarded-for"


class Clients:
    """Told the addresses of our proxies (or networks, as `10.0.0.0/8`), finds who is behind them."""

    def __init__(self, proxies: Sequence[str]) -> None:
        self._networks = tuple(ip_network(each, strict=False) for each in proxies)

    def behind(self, peer: str, fields: Sequence[tuple[bytes, bytes]]) -> str:
        """The address of whoever asked the first of our proxies; `peer` where that is none of them.

        Each proxy adds the address it was asked from at the end. So they are read from there, as long as they are ours:
        what stands before that anybody may have written.
        """
        found = peer
        for named in _named_last_first(fields):
            if not self._is_ours(found):
                break
            try:
                ip_address(named)
            except ValueError:  # `unknown`, or a hand that is not a proxy's
                break
            found = named
        return found

    def _is_ours(self, text: str) -> bool:
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks)


def _named_last_first(fields: Sequence[tuple[bytes, bytes]]) -> Iterator[str]:
    for name, value in reversed(fields):
        if name == FIELD:
            yield from (part.strip() for part in reversed(value.decode("latin-1").split(",")))
