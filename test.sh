#!/usr/bin/env bash
# Installs what the integration tests need, on Debian and Ubuntu, and runs all tests. Arguments go to 'dotnet test'.
set -euo pipefail
cd "$(dirname "$0")"

# Mono runs the .NET Framework sample, Java calls as the real server does, nginx is a reverse proxy, faketime steps the clock of a process; the tests start PostgreSQL and nginx themselves.
missing=()
command -v java >/dev/null || missing+=(default-jdk-headless)
command -v mono >/dev/null || missing+=(mono-devel)
PATH="$PATH:/usr/sbin" command -v nginx >/dev/null || missing+=(nginx-light)
compgen -G '/usr/lib/*/faketime/libfaketimeMT.so.1' >/dev/null || missing+=(faketime)
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)

if [ ${#missing[@]} -gt 0 ]; then
    if ! command -v apt-get >/dev/null; then
        echo "Not installed here: ${missing[*]}. The tests that need them are skipped." >&2
    else
        sudo=()
        [ "$(id -u)" -eq 0 ] || sudo=(sudo)
        "${sudo[@]}" apt-get update -q
        "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
    fi
fi

# Started in the background (nohup, a job of a script), a program ignores SIGINT, and so do those that it starts: some tests interrupt them.
listening=()
env --default-signal=INT true 2>/dev/null && listening=(env --default-signal=INT)
exec "${listening[@]}" dotnet test "$@"
