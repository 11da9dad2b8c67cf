#!/usr/bin/env bash
# Installs what the lab needs and the machine lacks.
. "$(dirname "$0")/common.sh"
wanted="podman runc netavark iptables uidmap dnf rpm createrepo-c debootstrap debian-archive-keyring mariadb-server gnupg
  patchelf gcc libc6-dev zip unzip jq python3 python3-venv ca-certificates"
missing=
for name in $wanted; do
  status=$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=" $name"
done
[ -n "$missing" ] || exit 0
say "  installing with apt:$missing"
# A server's package starts it; the lab starts its own, elsewhere. policy-rc.d is how Debian says no.
blocker=/usr/sbin/policy-rc.d
if [ ! -e $blocker ]; then
  printf '#!/bin/sh\nexit 101\n' | as_root tee $blocker > /dev/null
  as_root chmod 755 $blocker
  trap 'as_root rm -f $blocker' EXIT
fi
as_root apt-get update -qq
# shellcheck disable=SC2086 # a list of names
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing > /dev/null
