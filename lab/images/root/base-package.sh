#!/usr/bin/env bash
# base-package.sh ROOT OSDIR: an RPM database in which the root's own libraries and commands are installed, so that
# dnf resolves against what is there.
set -euo pipefail
root=$1
. "$2/os.conf"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find "$root/usr/lib64" -maxdepth 1 -name '*.so*' -type f | /usr/lib/rpm/elfdeps --provides | sort -u > "$work/provides"
[ -s "$work/provides" ] || { echo "base-package: no library found under $root/usr/lib64: is the root complete?" >&2; exit 1; }
{
  for name in $base_names /bin/sh /usr/bin/sh /bin/bash /usr/bin/bash /sbin/ldconfig /usr/sbin/ldconfig /usr/bin/python3 /usr/bin/env; do
    echo "Provides: $name"
  done
  sed 's/^/Provides: /' "$work/provides"
} > "$work/provide-lines"
cat > "$work/base.spec" <<END
Name: lab-base
Version: ${release%.*}
Release: $release_suffix
Summary: What the lab's root already holds
License: MIT
BuildArch: noarch
$(cat "$work/provide-lines")
%description
Stands for the packages of a Lambda image.
%files

%package -n system-release
Version: $release
Summary: The release of the operating system
License: MIT
Provides: system-release(releasever) = $release
%description -n system-release
The release of the operating system.
%files -n system-release
END
rpmbuild -bb --quiet --define "_topdir $work" --define '_binary_payload w6.gzdio' "$work/base.spec" > "$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }
mkdir "$root/tmp/rpms"
cp "$work"/RPMS/noarch/*.rpm "$root/tmp/rpms/"
mkdir -p "$root/var/lib/rpm"
# Debian's rpm refuses to install, by releases that have this word.
force=
if chroot "$root" /usr/bin/rpm --help | grep -q -e --force-debian; then force=--force-debian; fi
# shellcheck disable=SC2086 # may be empty
chroot "$root" /usr/bin/rpm --dbpath /var/lib/rpm -i $force --nodeps --nosignature /tmp/rpms/lab-base*.rpm /tmp/rpms/system-release*.rpm
rm -rf "$root/tmp/rpms"
