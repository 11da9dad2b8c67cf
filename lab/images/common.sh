# shellcheck shell=bash
# What every script of the lab's ground shares; sourced, never run.
set -euo pipefail
repo=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cache=$repo/.cache/lab
export CONTAINERS_CONF=$cache/containers.conf
# Everything here may be read by another user than the one who builds it.
umask 022
# Not on every user's path: debootstrap, mariadbd, runc.
export PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }
fail() { say "$1: $2: $3"; exit 1; }
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# The mirror this machine's own apt uses for Debian, so that no host name is written down here.
debian_mirror() {
  local found=${LAB_DEBIAN_MIRROR:-}
  # shellcheck disable=SC2016 # apt's own placeholders
  [ -n "$found" ] || found=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT) $(RELEASE)' |
    awk '$2 == "Debian" && $3 == "main" && $4 !~ /-/ { print $1; exit }')
  [ -n "$found" ] || fail lab/bin/prepare "this machine's apt has no Debian mirror" \
    "set LAB_DEBIAN_MIRROR to the address of one, as it stands in a Debian machine's apt sources"
  printf '%s\n' "$found"
}

# version_of FILE DEB: the upstream version in a paragraph of Debian's package database or of a package's own control file.
version_of() {
  awk -v deb="$2" '$1 == "Package:" { found = $2 == deb } found && $1 == "Version:" { print $2; exit }' "$1" |
    sed -E 's/^[0-9]+://; s/.*really//; s/[-+~].*//; s/\.dfsg.*//'
}
