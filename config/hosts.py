"""Names and addresses of machines: what can be one, and which mean this one."""

from ipaddress import ip_address

from config.i18n import _


def is_loopback(host: str) -> bool:
    """Whether what is sent to `host`, a name or an address, stays on this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def machine_name(host: str) -> str:
    """`host`, where a connection can be tried to it. Raises ValueError."""
    try:
        host.encode("idna")  # as the connection will
    except UnicodeError as error:
        raise ValueError(_("that cannot be the name of a machine")) from error
    return host
