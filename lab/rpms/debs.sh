#!/usr/bin/env bash
# debs.sh OS: downloads the Debian packages that the .confs of OS name, and all that those depend on and the image lacks.
# They are kept in the cache of the release's apt.
. "$(dirname "$0")/../images/common.sh"
. "$(dirname "$0")/apt.sh"
os=$1 lab=$repo/lab
. "$repo/lab/images/$os/os.conf"
main=$suite

# Lines "release package".
named=$(find "$repo/lab/rpms/$os" -maxdepth 2 -name '*.conf' | sort | while read -r conf; do
  (
    debian=
    . "$conf"
    for deb in $debian; do echo "$suite $deb"; done
  )
done | sort -u)
names_in() { awk -v suite="$1" '$1 == suite { print $2 }' <<< "$named"; }

apt_for "$main"
# To apt, one installed package provides what the image holds; what is named is downloaded all the same.
{
  printf '%s\n' 'Package: lab-base' 'Status: install ok installed' 'Maintainer: lab <lab@localhost>' 'Architecture: amd64' \
    'Version: 1' 'Description: what the image holds'
  awk '$1 == "Package:" { name = $2 } $1 == "Version:" { print name, $2 }' "$cache/roots/$os.dpkg/status" |
    awk 'FNR == NR { named[$1]; next } !($1 in named) { printf "%s%s (= %s)", sep, $1, $2; sep = ", " }' <(names_in "$main") - |
    sed 's/^/Provides: /'
  echo
} > "$cache/apt/$main/status"
# shellcheck disable=SC2046 # a list of names
in_suite "$main" apt-get install -qq -y --download-only --no-install-recommends $(names_in "$main") > "$cache/$os-debs.log" 2>&1 ||
  fail lab/bin/prepare "apt cannot download the packages of $main: $(tail -1 "$cache/$os-debs.log")" \
    "compare lab/rpms/$os/*/*.conf with the release"
for other in $(cut -d ' ' -f 1 <<< "$named" | sort -u | grep -vx "$main"); do
  apt_for "$other"
  # shellcheck disable=SC2046 # a list of names
  (cd "$cache/apt/$other/archives" && in_suite "$other" apt-get download -qq $(names_in "$other"))
done
for used in $(cut -d ' ' -f 1 <<< "$named" | sort -u); do in_suite "$used" apt-get autoclean -qq; done
