"""Files that are there whole or not at all, also after a power cut."""

import errno
import os
import shutil
from pathlib import Path
from typing import Self

TEMPORARY = ".new-"  # what begins so was never finished; recovery removes it


def write_whole(path: Path, content: bytes) -> None:
    """Put `content` where `path` names, in one step: a reader sees the old file or the new one."""
    temporary = path.with_name(TEMPORARY + path.name)  # whoever writes holds a lock
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


class Unnamed:
    """A file in `folder` that nobody sees before it is given a name: `with Unnamed(folder) as file`.

    It is gone afterwards if it was given none, also when the process is killed. OSError where there can be none such.
    """

    def __init__(self, folder: Path) -> None:
        if not hasattr(os, "O_TMPFILE"):  # which is Linux's
            raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP), str(folder))
        self.content = os.fdopen(os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o644), "wb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.content.close()

    def sync(self) -> None:
        """Make what was written last, if it is given a name."""
        self.content.flush()
        os.fsync(self.content.fileno())

    def name(self, path: Path) -> None:
        """Give it a name, where nothing has that one; what was written so far is read under it."""
        self.content.flush()
        descriptor = self.content.fileno()
        # A folder is given so that Python asks the kernel to follow the link (linkat); with a whole path it counts for
        # nothing.
        os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=descriptor, follow_symlinks=True)


def sync_file(path: Path) -> None:
    """Make what was written to a file last."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Make what was created, renamed and removed in `folder` last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Make every file below `folder`, and the folders, last."""
    for root, _, names in os.walk(folder):
        for name in names:
            sync_file(Path(root, name))
        sync_folder(Path(root))


def remove_path(path: Path) -> None:
    """Remove a file or folder so that no half of it is ever found under its name; nothing where there is none."""
    doomed = path.with_name(f"{TEMPORARY}gone-{path.name}")
    _remove(doomed)
    try:
        path.rename(doomed)
    except FileNotFoundError:
        return
    _remove(doomed)
    sync_folder(path.parent)


def _remove(path: Path) -> None:
    """Remove a file or a folder; another process may be removing it as well."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, onerror=lambda _function, _path, error: _unless_gone(error[1]))
    else:
        path.unlink(missing_ok=True)


def _unless_gone(error: BaseException) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error
