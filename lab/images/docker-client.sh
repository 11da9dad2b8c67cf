#!/usr/bin/env bash
# Debian's docker client alone: no daemon gets installed, podman's socket answers it.
. "$(dirname "$0")/common.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
package=docker.io
# Newer releases split the client off.
if apt-cache policy docker-cli 2>/dev/null | grep -q 'Candidate: [0-9]'; then package=docker-cli; fi
apt-get download -qq "$package" 2>/dev/null || fail lab/bin/prepare "apt cannot download $package" "run apt-get update, then try again"
dpkg-deb -x ./*.deb root
install -D -m 755 root/usr/bin/docker "$cache/bin/docker"
