#!/bin/sh
# Installs the system libraries that a window needs on Debian and Ubuntu, or names them in one sentence.
set -eu

[ "$(uname -s)" = Linux ] || exit 0
command -v ldconfig >/dev/null 2>&1 || PATH="$PATH:/sbin:/usr/sbin"

missing=""
need_library() { # library, package
    ldconfig -p 2>/dev/null | grep -q "$1" || missing="$missing $2"
}
need_program() { # program, package
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

need_library libEGL.so.1 libegl1
need_library libGL.so.1 libgl1
need_library libglib-2.0.so.0 libglib2.0-0
need_library libdbus-1.so.3 libdbus-1-3
need_library libfontconfig.so.1 libfontconfig1
need_library libxkbcommon-x11.so.0 libxkbcommon-x11-0
need_library libxcb-cursor.so.0 libxcb-cursor0
need_library libxcb-icccm.so.4 libxcb-icccm4
need_library libxcb-keysyms.so.1 libxcb-keysyms1
need_library libxcb-shape.so.0 libxcb-shape0
# the browser engine, by which a report becomes a PDF
need_library libnss3.so libnss3
need_library libasound.so.2 libasound2-dev # brings libasound2 or libasound2t64, as the release calls it
need_library libXcomposite.so.1 libxcomposite1
need_library libXdamage.so.1 libxdamage1
need_library libXrandr.so.2 libxrandr2
need_library libXtst.so.6 libxtst6
need_library libxkbfile.so.1 libxkbfile1
# a window without a screen: tests, and the demo on a server
need_program Xvfb xvfb
need_program xauth xauth
# the tests start a server of their own that raters send answers to; who only runs the program needs none, so it is
# installed where it may be and not asked for elsewhere (its programs lie outside of PATH)
[ "$(id -u)" != 0 ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need_program initdb postgresql
# a readable font, where the system has none at all
fc-list 2>/dev/null | grep -q . || missing="$missing fonts-dejavu-core"

[ -n "$missing" ] || exit 0

if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing system packages:$missing"
    apt-get update -qq
    # no server is begun or registered by the package itself
    case "$missing" in *postgresql*)
        mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] ||
            echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf ;;
    esac
    # shellcheck disable=SC2086 - one word per package
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
elif command -v apt-get >/dev/null 2>&1; then
    echo "These system packages are missing; install them with: sudo apt-get install --no-install-recommends$missing" >&2
else
    echo "These libraries are missing (Debian's names); install them with your system's package manager:$missing" >&2
fi
