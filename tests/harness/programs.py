"""The programs that tests need beside Python: where they are, and which Debian package brings them."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path

PACKAGES = {
    "postgres": "postgresql",
    "redis-server": "redis-server",
    "chromium": "chromium",
    "pdftotext": "poppler-utils",
}
"""Program → Debian package."""

OTHER_NAMES = {"chromium": ("chromium-browser", "google-chrome", "google-chrome-stable")}


def find(program: str) -> str | None:
    """Return the path of a program, or None. PostgreSQL's are looked for where Debian hides them as well."""
    for name in (program, *OTHER_NAMES.get(program, ())):
        found: str | None = shutil.which(name)
        if found:
            return found
    hidden = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    return max((str(path) for path in hidden), key=_version, default=None)


def missing() -> list[str]:
    """Return the programs of `PACKAGES` that are not on this machine."""
    return [program for program in PACKAGES if find(program) is None]


def install(programs: Iterable[str], log: Path) -> bool:
    """Install the Debian packages of these programs, as root on Debian only; say whether that worked."""
    packages = [PACKAGES[program] for program in programs]
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists():
        return False
    # RUNLEVEL keeps the packages from starting services of their own: tests start what they need themselves.
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    install_them = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    with log.open("ab") as output:
        for command in (install_them, ["apt-get", "update"], install_them):
            done = subprocess.run(command, env=environment, stdout=output, stderr=output, check=False)
            if done.returncode == 0 and command is install_them:
                return True
    return False


def advice(programs: Iterable[str]) -> str:
    """Return the one command that brings these programs on Debian."""
    return "apt-get install " + " ".join(PACKAGES.get(program, program) for program in programs)


def unprivileged(user: str | None = None) -> Mapping[str, str | list[str]]:
    """Return the arguments that make `subprocess` run as an ordinary user when we are root; none when we are not."""
    if os.geteuid() != 0:
        return {}
    name = user or unprivileged_user()
    return {"user": name, "group": name, "extra_groups": []}


def unprivileged_user() -> str:
    """Return the name of the user that servers which refuse root are started as."""
    import pwd

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _version(path: str) -> int:
    return int(Path(path).parts[4])
