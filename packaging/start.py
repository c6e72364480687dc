"""What `halfway.pyz` does first: unpack itself once for the Python that runs it, and run from there.

Shared libraries cannot be loaded out of an archive. They are laid into an environment of our own below the cache
folder, with the parts that fit this Python, and every process of Halfway runs with that environment's interpreter:
nothing is put into PYTHONPATH, which a project's own commands would inherit. Read by old Pythons too, to say so.
"""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile

OLDEST = (3, 11)
CHECK = "import psycopg, pymysql, yaml, tree_sitter, tree_sitter_php, cryptography.x509, sqlalchemy, textual"

TODO = " HALFWAY_UNPACK=FOLDER names another place, with room and where programs may run."


class Stop(Exception):
    """Why nothing can be run here, in a sentence."""


class Old(Stop):
    """The same, where another folder would not help."""


def newer():
    """The newest Python on PATH that is new enough; None."""
    names = ("python3.{}".format(minor) for minor in range(20, OLDEST[1] - 1, -1))
    return next((path for path in map(shutil.which, names) if path), None)


def kind():
    """The machine and its C library, as the parts are named: x86_64-gnu."""
    library = "gnu" if platform.libc_ver()[0] == "glibc" else "musl"
    return "{}-{}".format(platform.machine(), library)


def wanted(contents):
    """The parts for this Python. Stop where they are not inside."""
    tag = "cp{}{}".format(*sys.version_info[:2])
    part = "{}-{}".format(tag, kind())
    if platform.python_implementation() != "CPython" or part not in contents["parts"]:
        inside = ", ".join(name for name in contents["parts"] if name.startswith("cp"))
        own = "{} {}".format(platform.python_implementation(), platform.python_version())
        raise Old("this file has no parts for {} on {}; inside are {}".format(own, kind(), inside))
    return part


def place():
    """The folder that what is unpacked lies in: ours alone. Stop where there is none."""
    usual = os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "halfway")
    folder = os.path.abspath(os.environ.get("HALFWAY_UNPACK") or usual)
    try:
        os.makedirs(folder, 0o700, exist_ok=True)
        found = os.stat(folder)
    except OSError as problem:
        raise Stop("{} cannot be used: {}".format(folder, problem.strerror))
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise Stop("others may write into {}, so no program is run from there".format(folder))
    return folder


def base():
    """The interpreter itself, however it was called."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


def unpack(archive, contents, part, target):
    """An environment at `target`, there whole or not at all."""
    work = tempfile.mkdtemp(prefix=".unpacking-", dir=os.path.dirname(target))
    try:
        packages = os.path.join(work, "lib", "python{}.{}".format(*sys.version_info[:2]), "site-packages")
        os.makedirs(packages)
        os.mkdir(os.path.join(work, "bin"))
        for name in ("common", part, "halfway"):
            with zipfile.ZipFile(io.BytesIO(archive.read(name + ".zip"))) as inner:
                inner.extractall(packages)
        os.symlink(base(), os.path.join(work, "bin", "python3"))
        with open(os.path.join(work, "pyvenv.cfg"), "w") as file:
            file.write("home = {}\ninclude-system-site-packages = false\n".format(os.path.dirname(base())))
        check(work)
        try:
            os.rename(work, target)
        except OSError:
            if not os.path.isdir(target):  # another one was faster
                raise
    finally:
        shutil.rmtree(work, ignore_errors=True)


def check(work):
    """Stop where what was unpacked cannot be loaded: a folder without programs, a library that is too old."""
    done = subprocess.run([os.path.join(work, "bin", "python3"), "-I", "-c", CHECK], stderr=subprocess.PIPE)
    if done.returncode:
        said = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason was given"])[-1]
        raise Stop("what was unpacked does not run here: {}".format(said))


def home():
    """The environment for this Python, made now if it is not there yet."""
    with zipfile.ZipFile(sys.path[0]) as archive:
        contents = json.loads(archive.read("contents.json").decode())
        part = wanted(contents)
        mark = hashlib.sha256((contents["digest"] + base()).encode()).hexdigest()[:16]
        target = os.path.join(place(), "{}-{}-{}".format(contents["version"], part, mark))
        if not os.path.isdir(target):
            sys.stderr.write("halfway: unpacking into {} (once)\n".format(target))
            unpack(archive, contents, part, target)
    return target


def main():
    """Become Halfway."""
    if sys.version_info < OLDEST:
        other = newer()
        if other is None:
            own = platform.python_version()
            raise Old("Python {}.{} or newer is needed; this is {}".format(OLDEST[0], OLDEST[1], own))
        os.execv(other, [other, "-I", sys.path[0]] + sys.argv[1:])
    python = os.path.join(home(), "bin", "python3")
    os.execv(python, [python, "-I", "-m", "screens"] + sys.argv[1:])


if __name__ == "__main__":
    try:
        main()
    except (Stop, OSError, zipfile.BadZipFile) as problem:
        todo = (
            ""
            if sys.version_info < OLDEST
            else " HALFWAY_UNPACK=FOLDER names a place with room where programs may run."
        )
        sys.stderr.write("halfway: {}.{}\n".format(problem, todo))
        sys.exit(2)
