#!/usr/bin/env bash
# Measures a call at another commit and at this one, in turn: compare.sh COMMIT [ROUNDS]. Prints the median of each.
set -euo pipefail
cd "$(dirname "$0")/../.."
other=$(mktemp -d)
trap 'git worktree remove --force "$other"' EXIT
git worktree add --quiet --detach "$other" "$1"
rm -rf "$other/benchmarks/ObservabilityCost"
cp -r benchmarks/ObservabilityCost "$other/benchmarks/ObservabilityCost"
rm -rf "$other/benchmarks/ObservabilityCost/bin" "$other/benchmarks/ObservabilityCost/obj"
for root in "$other" .; do
    dotnet build -c Release -v quiet "$root/benchmarks/ObservabilityCost" >/dev/null
done

log=$(mktemp)
for mode in inline yielding inbox; do
    for _ in $(seq "${2:-7}"); do
        for root in "$other" .; do
            name=$([ "$root" = . ] && echo here || echo there)
            echo "$name $(dotnet "$root/benchmarks/ObservabilityCost/bin/Release/net10.0/ObservabilityCost.dll" measure "$mode")" >>"$log"
        done
    done
    for name in there here; do
        for field in 3 5; do
            grep "^$name $mode " "$log" | cut -d ' ' -f "$field" | sort -n | awk '{ v[NR] = $1 } END { printf "%s ", v[int((NR + 1) / 2)] }'
        done | { read -r ns bytes || true; echo "$mode $name: $ns ns, $bytes bytes"; }
    done
done
rm "$log"
