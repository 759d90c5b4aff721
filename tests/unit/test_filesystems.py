"""Network drives are found by the mount that a file lies on, as Linux lists them (proc(5))."""

from pathlib import Path

import pytest

from workflows.filesystems import network_drive, network_drive_of

MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
31 27 0:27 / /dev/shm rw,nosuid shared:4 - tmpfs tmpfs rw
40 27 0:43 / /home rw,relatime shared:7 master:2 - autofs systemd-1 rw,fd=29,pgrp=1,direct
41 40 0:44 / /home rw,relatime shared:8 - nfs4 nas:/export/home rw,vers=4.2,proto=tcp
42 27 0:45 / /mnt/share rw,relatime - cifs //nas/share rw,vers=3.1.1,username=office
43 27 0:46 / /mnt/share/disk rw,relatime - xfs /dev/sdb1 rw
44 27 0:47 / /mnt/two\\040words rw,relatime - smb3 //nas/two\\040words rw
45 27 0:48 / /mnt/c rw,noatime - 9p drvfs rw,aname=drvfs;path=C:\\134
46 27 0:49 / /mnt/ssh rw,nosuid - fuse.sshfs user@host:/srv rw,user_id=0
47 27 0:50 / /mnt/usb rw,nosuid - fuseblk /dev/sdc1 rw,user_id=0
48 27 0:51 / /mnt/merged rw,nosuid - fuse.mergerfs a:b rw,user_id=0
49 27 0:52 / /srv/dav rw,nosuid - fuse.davfs2 https://cloud rw
50 27 0:53 / /srv/gluster rw - fuse.glusterfs node:/volume rw
51 27 0:54 / /var/lib/docker/overlay2/1/merged rw - overlay overlay rw,lowerdir=/a
52 27 0:55 / /home2 rw - btrfs /dev/sdd rw
"""


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        ("/var/lib/duban/duban.db", ""),
        ("/home/office/var/duban.db", "nfs4"),  # the later of two mounts at one place
        ("/home2/duban.db", ""),  # its name only begins like a network drive's
        ("/mnt/share/duban.db", "cifs"),
        ("/mnt/share/disk/duban.db", ""),  # a local disk within
        ("/mnt/two words/duban.db", "smb3"),
        ("/mnt/c/duban.db", "9p"),
        ("/mnt/ssh/duban.db", "fuse.sshfs"),
        ("/mnt/usb/duban.db", ""),
        ("/mnt/merged/duban.db", ""),
        ("/srv/dav/duban.db", "fuse.davfs2"),
        ("/srv/gluster/home/duban.db", "fuse.glusterfs"),
        ("/var/lib/docker/overlay2/1/merged/duban.db", ""),
    ],
)
def test_the_mount_that_a_file_lies_on_counts(file: str, kind: str) -> None:
    assert network_drive(Path(file), MOUNTS) == kind


@pytest.mark.parametrize(
    "mounts", ["", "\n", "27 1 254:0 / / rw - ", "nonsense - nfs", "a b c d e"]
)
def test_what_cannot_be_read_is_no_network_drive(mounts: str) -> None:
    assert network_drive(Path("/home/duban.db"), mounts) == ""


def test_a_link_leads_to_where_the_file_is(tmp_path: Path) -> None:
    (tmp_path / "drive").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "drive")
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 1 0:1 / / rw - ext4 a rw\n2 1 0:2 / {tmp_path}/drive rw - nfs a:/ rw\n")
    assert network_drive_of(tmp_path / "link" / "home" / "duban.db", mounts) == "nfs"
    assert network_drive_of(tmp_path / "home" / "duban.db", mounts) == ""
    assert network_drive_of(tmp_path / "duban.db", tmp_path / "no mountinfo") == ""
