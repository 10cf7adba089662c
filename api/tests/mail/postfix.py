"""A real Postfix on loopback with folders of its own: it delivers, passes on, and reports what became of mail."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from mail_desk import eventually

from free_ports import free_port

SERVICES = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
"""
SETTINGS = """\
compatibility_level = 3.6
config_directory = {root}/conf
queue_directory = {root}/queue
data_directory = {root}/data
maillog_file = {root}/data/log
maillog_file_prefixes = {root}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = relay.example
mydestination =
mynetworks = 127.0.0.0/8
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
alias_maps =
alias_database =
virtual_mailbox_domains = example.org
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = inline:{{ ann@example.org=ann/, carl@example.org=carl/ }}
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
virtual_minimum_uid = 1
transport_maps = inline:{{ gone.example=smtp:[127.0.0.1]:{next_hop}, atum.localhost=smtp:[127.0.0.1]:{desk} }}
"""


def missing() -> str | None:
    """Return why no Postfix can be started here, or None."""
    if shutil.which("postfix") is None:
        return "postfix is not on this machine"
    if os.geteuid() != 0:
        return "Postfix is started by root only"
    return None


class Postfix:
    """Takes mail on `port`: delivers to example.org, passes gone.example on and reports to the desk."""

    def __init__(self, *, next_hop: int, desk: int, more: str = "") -> None:
        """`more` are further lines of main.cf, which win over those above."""
        self.port = free_port()
        self.root = Path(tempfile.mkdtemp(prefix="atum-postfix-"))
        self._next_hop, self._desk, self._more = next_hop, desk, more
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.root.chmod(0o755)
        for name in ("conf", "queue", "data", "mail"):
            (self.root / name).mkdir()
        shutil.chown(self.root / "data", "postfix")
        shutil.chown(self.root / "mail", 65534, 65534)
        settings = SETTINGS.format(root=self.root, next_hop=self._next_hop, desk=self._desk)
        settings += self._more
        (self.root / "conf/main.cf").write_text(settings)
        (self.root / "conf/master.cf").write_text(SERVICES.format(port=self.port))
        await self.run()

    async def run(self) -> None:
        """Start it, also again after `halt`: what it had taken is still in its queue."""
        self._process = await asyncio.create_subprocess_exec(
            "postfix",
            "-c",
            str(self.root / "conf"),
            "start-fg",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await eventually(self._answers, seconds=20)

    async def _answers(self) -> bool:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        ready = (await reader.readline()).startswith(b"220")
        writer.close()
        await writer.wait_closed()
        return ready

    async def halt(self) -> None:
        """Stop it at once, whatever it is in the middle of."""
        if self._process:
            stopping = await asyncio.create_subprocess_exec(
                "postfix",
                "-c",
                str(self.root / "conf"),
                "abort",
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await stopping.wait()
            await self._process.wait()
            self._process = None

    async def stop(self) -> None:
        await self.halt()
        shutil.rmtree(self.root, ignore_errors=True)

    def delivered(self, name: str) -> list[bytes]:
        """Return the mails that lie in a mailbox of example.org."""
        return [path.read_bytes() for path in sorted((self.root / "mail" / name).glob("new/*"))]

    def connections(self) -> int:
        """Return how many connections it has had from us, by its own log."""
        log = (self.root / "data/log").read_text()
        return log.count("/smtpd[") and log.count("]: connect from")
