"""Finds out whether a file lies on a network drive, where SQLite's write-ahead log does not work.

All programs that use such a database must share memory, so must be on one machine
(sqlite.org/wal.html); a network drive loses mail and hand-ins without a word.
"""

import re
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")  # Linux; elsewhere nothing is found out
_NETWORK = {
    "9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "glusterfs", "gpfs", "lustre",
    "ncp", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "pvfs2", "smb3", "smbfs",
}  # fmt: skip
_NETWORK_FUSE = {
    "afp", "ceph", "cephfs", "curlftpfs", "davfs", "davfs2", "gcsfuse", "glusterfs", "gvfsd-fuse",
    "juicefs", "lizardfs", "mfs", "moosefs", "nfs", "rclone", "s3fs", "seaweedfs", "smbnetfs",
    "sshfs",
}  # fmt: skip


def network_drive(path: Path, mounts: str) -> str:
    """The kind of network drive that `path` (absolute, no links in it) lies on; '' where none.

    `mounts` is the text of /proc/self/mountinfo (proc(5)). Of mounts at one place the last counts.
    """
    found, kind = -1, ""
    for line in mounts.splitlines():
        fields, _separator, rest = line.partition(" - ")
        if len(fields.split()) < 5 or not rest:
            continue
        point = Path(_unescape(fields.split()[4]))
        if len(point.parts) >= found and path.is_relative_to(point):
            found, kind = len(point.parts), rest.split()[0]
    family, _dot, sort = kind.partition(".")
    if family in {"fuse", "fuseblk"}:
        return kind if sort in _NETWORK_FUSE else ""
    return kind if kind in _NETWORK else ""


def network_drive_of(file: Path, mounts: Path | None = None) -> str:
    """The kind of network drive that `file` lies or would lie on; '' where none is known.

    Links are followed. `mounts` stands in for /proc/self/mountinfo.
    """
    try:
        text = (mounts or MOUNTS).read_text(encoding="utf-8", errors="replace")
        return network_drive(file.resolve(), text)
    except OSError:
        return ""


def _unescape(text: str) -> str:
    """A mount point may hold blanks, written in octal: `/mnt/a\\040b`."""
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)
