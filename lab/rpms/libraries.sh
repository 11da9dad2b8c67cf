#!/usr/bin/env bash
# libraries.sh OS WORK: packages for the libraries that those in WORK need and neither they nor the image have, from the
# downloaded Debian packages, until nothing is missing. lab/rpms/names has Amazon Linux's names.
. "$(dirname "$0")/../images/common.sh"
os=$1 work=$2
. "$repo/lab/images/$os/os.conf"

# Lines "name-on-amazon-linux debian-package soname-or-file".
for deb in "$cache/apt/$suite"/archives/*.deb; do
  name=$(basename "$deb") name=${name%%_*}
  amazon=$(sed -n "s/^$name //p" "$repo/lab/rpms/names")
  [ -n "$amazon" ] || amazon=$(sed -E 's/(-?[0-9][0-9.-]*)?(t64)?$//' <<< "$name")
  dpkg-deb --fsys-tarfile "$deb" | tar -t | sed -n "s#^.*/\([^/]*\.so[^/]*\)\$#$amazon $name \1#p"
done > "$work/holders"

sonames() { sed -n 's/^\(lib[^(]*\.so[^(]*\)(.*/\1/p' | sort -u; }
mkdir "$work/core"
while :; do
  missing=$(comm -23 <(rpm -qp --requires "$work"/rpms/*/*.rpm 2> /dev/null | sonames) \
    <(rpm -qp --provides "$work"/rpms/*/*.rpm "$cache/base/$os"/*.rpm 2> /dev/null | sonames))
  [ -n "$missing" ] || break
  for soname in $missing; do
    found=$(awk -v soname="$soname" '$3 == soname { print $1; exit }' "$work/holders")
    [ -n "$found" ] && [ ! -d "$work/$found" ] || fail lab/bin/prepare "no Debian package holds $soname" "name one in a .conf of lab/rpms/$os"
    debs=$(awk -v name="$found" '$1 == name { print $2 }' "$work/holders" | sort -u | tr '\n' ' ')
    printf 'summary="Libraries of %s"\ndebian="%s"\n' "$found" "${debs% }" > "$work/core/$found.conf"
  done
  find "$work/core" -name '*.conf' -print0 | xargs -0 -P "$(nproc)" -I '{}' "$repo/lab/rpms/one.sh" "$os" '{}' "$work"
  rm "$work"/core/*.conf
done
