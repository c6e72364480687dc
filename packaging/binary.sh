#!/bin/sh
# Halfway with a Python of its own. It unpacks itself once, below the cache folder, and runs from there; what follows the
# last line of this script is a tar that gzip packed: tail -n +@LINES@ FILE | tar -tz
set -eu
mark=@MARK@

stop() {
    echo "halfway: $1.${2- HALFWAY_UNPACK=FOLDER names another place, with room and where programs may run.}" >&2
    exit 2
}

[ "$(uname -sm)" = "Linux @MACHINE@" ] || stop "this file is for Linux on @MACHINE@, and this is $(uname -sm)" ""
place=${HALFWAY_UNPACK:-${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/halfway}
case $place in
/*) ;;
*) place=$PWD/$place ;;
esac
home=$place/$mark
[ -d "$place" ] || (umask 077 && mkdir -p "$place" 2>/dev/null) || stop "$place cannot be made"
# shellcheck disable=SC3067 # every sh that is in use knows -O
case $(ls -nd "$place") in
d????-??-*) [ -O "$place" ] || stop "$place is somebody else's, so no program is run from there" ;;
*) stop "others may write into $place, so no program is run from there" ;;
esac

if [ ! -d "$home" ]; then
    echo "halfway: unpacking into $home (once)" >&2
    umask 077
    work=$(mktemp -d "$place/.unpacking-XXXXXXXX" 2>/dev/null) || stop "nothing can be written into $place"
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' HUP INT TERM
    said=$({ tail -n +@LINES@ "$0" | tar -xz -C "$work"; } 2>&1) || stop "unpacking failed: ${said##*
}"
    printf 'home = %s/python/bin\ninclude-system-site-packages = false\n' "$home" >"$work/pyvenv.cfg"
    said=$(PYTHONPATH=$work/lib/python@PYTHON@/site-packages "$work/python/bin/python3" -s -P -c "@CHECK@" 2>&1) ||
        case $said in
        *"version \`GLIBC_"*) stop "the C library of this machine is too old: Debian 12's is wanted, glibc 2.36" "" ;;
        *) stop "what was unpacked does not run here: ${said##*
}" ;;
        esac
    mv -T "$work" "$home" 2>/dev/null || [ -d "$home" ] || stop "nothing can be written into $place"
    rm -rf "$work"
    trap - EXIT HUP INT TERM
fi
exec "$home/bin/python3" -I -m screens "$@"
exit
