#!/usr/bin/env bash
# build.sh OS: the signed RPM repositories of one operating system. A folder of lab/rpms/OS is a repository, a .conf in it a
# package. Libraries that these packages need and nobody has become packages by themselves.
. "$(dirname "$0")/../images/common.sh"
os=$1
here=$repo/lab/rpms
. "$repo/lab/images/$os/os.conf"
. "$here/keys.sh"
work=$cache/rpms/$os.work
rm -rf "$work"
mkdir -p "$work/rpms"
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME" "$work"' EXIT

# shellcheck disable=SC2086 # a list of names
use_keys $keys
"$here/debs.sh" "$os"
find "$here/$os" -maxdepth 2 -name '*.conf' -print0 | sort -z | xargs -0 -P "$(nproc)" -I '{}' "$here/one.sh" "$os" '{}' "$work"
"$here/libraries.sh" "$os" "$work"
"$here/repositories.sh" "$os" "$work"
