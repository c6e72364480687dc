"""A real sshd out of Debian's package on a port of our own, with /etc and /run of its own: two logins, one key.

`watcher` is of the group watchers, `ann` of dba. Both have this process' rights: what keeps them apart is tested.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from console.drill.binaries import free_port
from tests.bench.proc import tree
from tests.tools.debian import Wanted, unpacked
from tests.waiting import eventually

_WANTED = Wanted("bookworm", ("openssh-server", "openssh-client", "openssh-sftp-server"))
_NAMESPACE = """set -e
mount -t tmpfs none "$1/etc"
mkdir "$1/etc/new" "$1/etc/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$1/etc/new,workdir=$1/etc/work" /etc
mount -t tmpfs none /run
mkdir -m 755 /run/sshd
cat "$1/passwd" >> /etc/passwd
cat "$1/group" >> /etc/group
cat "$1/hosts" >> /etc/hosts
install -m 644 "$1/halfway.toml" /etc/halfway.toml
shift
exec "$@"
"""
_PASSWD = """sshd:x:64101:65534::/run/sshd:/usr/sbin/nologin
watcher:x:0:64102::{home}:/bin/sh
ann:x:0:64103::{home}:/bin/sh
"""
_GROUP = """watchers:x:64102:watcher
dba:x:64103:ann
"""
_CONFIG = """ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/key.pub
PasswordAuthentication no
PermitRootLogin yes
StrictModes no
AcceptEnv *
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True)
class Sshd:
    """It answers."""

    folder: Path
    port: int

    def command(self, who: str, *options: str) -> tuple[str, ...]:
        """The start of a command line that logs in."""
        return (*unpacked(_WANTED).command("usr/bin/ssh", *self.options(who)), *options, "127.0.0.1")

    def options(self, who: str) -> tuple[str, ...]:
        """What logs in there without a question."""
        given = {"Port": self.port, "User": who, "IdentityFile": self.folder / "key", "StrictHostKeyChecking": "no",
                 "UserKnownHostsFile": "/dev/null", "LogLevel": "ERROR", "BatchMode": "yes",
                 "ExitOnForwardFailure": "yes"}  # fmt: skip
        words = [word for name, value in given.items() for word in ("-o", f"{name}={value}")]
        return ("-F", "none", *words)

    def program(self, folder: Path, *lines: str) -> Path:
        """A program `ssh` in `folder` that knows this machine as `bastion`, with one key; `lines` say more of it."""
        said = ("Host bastion", "HostName 127.0.0.1", f"Port {self.port}", "User ann", f"IdentityFile {folder}/key",
                "IdentitiesOnly yes", "StrictHostKeyChecking no", "UserKnownHostsFile /dev/null", *lines)  # fmt: skip
        (folder / "config").write_text("\n".join(said))
        shutil.copy(self.folder / "key", folder / "key")
        program = " ".join(unpacked(_WANTED).command("usr/bin/ssh", "-F", str(folder / "config")))
        (folder / "ssh").write_text(f'#!/bin/sh\nexec {program} "$@"\n')
        (folder / "ssh").chmod(0o755)
        return folder / "ssh"

    def with_passphrase(self, key: Path, passphrase: str) -> None:
        """From now on whoever uses that copy of the key is asked for it."""
        words = ("-q", "-p", "-P", "", "-N", passphrase, "-f", str(key))
        subprocess.run(unpacked(_WANTED).command("usr/bin/ssh-keygen", *words), check=True, timeout=30)

    def run(self, who: str, *words: str, options: tuple[str, ...] = (), **environ: str) -> tuple[int, str, str]:
        """What comes of it without a terminal."""
        done = subprocess.run(
            [*self.command(who, *options), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False, timeout=30, env={**os.environ, **environ},
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr


@contextmanager
def sshd(site: str, forced: str, hosts: str = "") -> Iterator[Sshd]:
    """`site` is what /etc/halfway.toml says, `forced` the part of sshd_config that is tested, `hosts` lines of
    /etc/hosts: names that only this machine knows."""
    packages = unpacked(_WANTED)
    with tempfile.TemporaryDirectory(prefix="halfway-sshd-") as place:
        folder, port = Path(place), free_port()
        for name in ("etc", "home"):
            (folder / name).mkdir()
        for name in ("host", "key"):
            keygen = packages.command("usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
            subprocess.run(keygen, check=True, timeout=30)
        (folder / "halfway.toml").write_text(site)
        (folder / "hosts").write_text(hosts)
        (folder / "passwd").write_text(_PASSWD.format(home=folder / "home"))
        (folder / "group").write_text(_GROUP)
        (folder / "config").write_text(_CONFIG.format(folder=folder, port=port) + forced)
        # -r: it does not start itself anew, which would be without its own libraries
        server = packages.command("usr/sbin/sshd", "-r", "-D", "-e", "-f", str(folder / "config"))
        with (folder / "log").open("wb") as log:
            started = subprocess.Popen(
                ["/usr/bin/unshare", "--mount", "/bin/sh", "-c", _NAMESPACE, "sh", place, *server],
                stdout=log,
                stderr=log,
            )
        try:
            eventually(lambda: _answers(folder / "log", started))
            yield Sshd(folder, port)
        finally:
            _ended(started)


def _ended(started: subprocess.Popen[bytes]) -> None:
    """With every login of it: a console that is just leaving would write into the folder that is taken away."""
    logins = tree(started.pid)[1:]
    started.terminate()
    started.wait()
    for pid in logins:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    eventually(lambda: not any(map(_is_there, logins)))


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _answers(log: Path, started: subprocess.Popen[bytes]) -> bool:
    said = log.read_text()
    assert started.poll() is None, f"sshd did not start, and these tests need it and root's rights: {said}"
    return "Server listening" in said
