#!/usr/bin/env bash
# amazonify.sh ROOT OSDIR: gives a Debian root the layout, the tools and the gaps of a Lambda image.
set -euo pipefail
root=$1
osdir=$2
. "$osdir/os.conf"
cd "$root"

# Libraries where Amazon Linux has them. It matters: LD_LIBRARY_PATH puts /usr/lib64 before /opt/lib, so that a layer
# cannot shadow the base; with Debian's folders it could.
multiarch=usr/lib/x86_64-linux-gnu
rm -f usr/lib64/ld-linux-x86-64.so.2
mv "$multiarch"/* usr/lib64/
rmdir "$multiarch"
ln -s ../lib64 "$multiarch"
# RPM looks for dependencies only in files that are executable; on Amazon Linux libraries are.
find usr/lib64 -maxdepth 1 -name '*.so*' -type f -exec chmod 755 {} +
rm -f etc/ld.so.conf.d/*
printf '/lib64\n/usr/lib64\n' > etc/ld.so.conf.d/lib64.conf

# What the real image does not have: Debian's package management, perl, documents, some tools.
rm -rf etc/apt var/lib/apt var/lib/dpkg usr/lib/apt usr/lib/dpkg usr/share/{doc,man,info,locale,lintian,bug,doc-base,perl*,debconf,dpkg} \
  usr/lib64/perl* usr/share/keyrings var/log/* var/cache/* etc/cron* usr/share/zsh
(cd usr/bin && rm -f apt* dpkg* deb* update-alternatives perl* sqv dnf-automatic* ./*debconf*)
# shellcheck disable=SC2086 # a list of paths
rm -rf $gaps
(cd usr/sbin && rm -f update-rc.d invoke-rc.d dpkg* ./*debconf*)
rm -rf usr/lib64/libapt* usr/lib/file/magic.mgc.bak boot home/* media srv/* opt
mkdir -p opt srv var/cache/dnf var/task var/runtime var/lang/{bin,lib} etc/yum.repos.d etc/pki/rpm-gpg

# rpm's namespaces for scriptlets need rights that a container may not have; Amazon's rpm has no such plugin.
rm -rf usr/lib64/rpm-plugins/unshare.so usr/lib/rpm/macros.d/macros.transaction_unshare

# The languages answer under /var/lang as well.
for tool in ruby python3 node; do
  if [ -e usr/bin/$tool ]; then ln -s ../../../usr/bin/$tool var/lang/bin/$tool; fi
done

rm -f etc/os-release etc/debian_version etc/issue*
cat > etc/os-release <<END
NAME="Amazon Linux"
VERSION="$version_id"
ID="amzn"
ID_LIKE="$id_like"
VERSION_ID="$version_id"
PLATFORM_ID="platform:al$version_id"
PRETTY_NAME="$pretty"
VARIANT="NativeDeps lab"
END
echo "$system_release" > etc/system-release
install -m 755 "$(dirname "$0")/lambda-entrypoint.sh" lambda-entrypoint.sh

# The package manager's real entry steps aside for the one that Amazon's image has.
mkdir -p usr/libexec/lab
cp --remove-destination usr/bin/dnf-3 usr/libexec/lab/dnf4
rm -f usr/bin/dnf usr/bin/dnf-3 usr/bin/yum
mkdir -p etc/rpm
echo "%_dbpath /var/lib/rpm" > etc/rpm/macros
cp -R "$osdir/files/." .
chroot . /usr/sbin/ldconfig
