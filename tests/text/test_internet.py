"""The special ranges of IANA, address by address: what may not be asked for us by a stranger's link."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.text.internet import is_public

PRIVATE = {
    "0.0.0.0/8": ("0.0.0.0", "0.255.255.255"),
    "10.0.0.0/8": ("10.0.0.0", "10.255.255.255"),
    "100.64.0.0/10": ("100.64.0.0", "100.100.100.200", "100.127.255.255"),
    "127.0.0.0/8": ("127.0.0.1", "127.255.255.254"),
    "169.254.0.0/16": ("169.254.0.0", "169.254.169.254", "169.254.255.255"),
    "172.16.0.0/12": ("172.16.0.0", "172.31.255.255"),
    "192.0.0.0/24": ("192.0.0.0", "192.0.0.8", "192.0.0.170", "192.0.0.192", "192.0.0.255"),
    "192.0.2.0/24": ("192.0.2.1",),
    "192.88.99.0/24": ("192.88.99.1",),
    "192.168.0.0/16": ("192.168.0.0", "192.168.255.255"),
    "198.18.0.0/15": ("198.18.0.0", "198.19.255.255"),
    "198.51.100.0/24": ("198.51.100.7",),
    "203.0.113.0/24": ("203.0.113.7",),
    "224.0.0.0/4": ("224.0.0.1", "239.255.255.255"),
    "240.0.0.0/4": ("240.0.0.1", "255.255.255.254", "255.255.255.255"),
    "::/128": ("::", "::1"),
    "::/96, IPv4-compatible": ("::7f00:1", "::5db8:d822"),
    "::ffff:0:0/96, IPv4-mapped": ("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe", "::ffff:100.64.0.1"),
    "::ffff:0:0:0/96, IPv4-translated": ("::ffff:0:127.0.0.1", "::ffff:0:93.184.216.34"),
    "64:ff9b::/96, NAT64": ("64:ff9b::7f00:1", "64:ff9b::10.1.2.3", "64:ff9b::169.254.169.254"),
    "64:ff9b:1::/48": ("64:ff9b:1::1", "64:ff9b:1:ffff::5db8:d822"),
    "100::/64": ("100::", "100::ffff", "100:0:0:1::1"),
    "2001::/23": ("2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:1ff:ffff::1"),
    "2001:db8::/32": ("2001:db8::1", "2001:db8:ffff::1"),
    "2002::/16, 6to4": ("2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1", "2002:a9fe:a9fe::"),
    "3fff::/20": ("3fff::1", "3fff:fff:ffff::1"),
    "5f00::/16": ("5f00::1",),
    "fc00::/7": ("fc00::1", "fd00:ec2::254", "fdff::1"),
    "fe80::/10": ("fe80::1", "fe80::1%eth0", "febf::1"),
    "fec0::/10": ("fec0::1",),
    "ff00::/8": ("ff02::1", "ff0e::1"),
    "given to nobody": ("4000::1", "1fff::1", "e000::1"),
}
PUBLIC = (
    *("1.1.1.1", "9.255.255.255", "11.0.0.0", "93.184.216.34", "100.63.255.255", "100.128.0.0", "126.255.255.255"),
    *("128.0.0.1", "169.253.255.255", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255", "198.17.255.255"),
    *("198.20.0.0", "203.0.112.255", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2606:2800:220:1::1"),
    *("2a00:1450:4001:80b::200e", "2001:db7::1", "2001:db9::1", "2003::1", "3ffe:ffff::1"),
    *("::ffff:93.184.216.34", "64:ff9b::5db8:d822", "2002:5db8:d822::1"),
)


@pytest.mark.parametrize(("network", "address"), [(name, one) for name, found in PRIVATE.items() for one in found])
def test_a_special_address_is_not_public(network: str, address: str) -> None:
    assert not is_public(address), network


@pytest.mark.parametrize("address", PUBLIC)
def test_its_neighbours_are_public(address: str) -> None:
    assert is_public(address)


@given(st.integers(0, 2**32 - 1))
def test_an_address_in_another_form_is_judged_like_itself(number: int) -> None:
    plain = is_public(str(IPv4Address(number)))

    mapped, translated, tunnelled = (0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)
    assert [is_public(str(IPv6Address(form))) for form in (mapped, translated, tunnelled)] == [plain] * 3
