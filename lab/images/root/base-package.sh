#!/usr/bin/env bash
# base-package.sh ROOT OSDIR DPKG OUT: an RPM database in which the root's own files and libraries are installed, so that
# dnf resolves against what is there and `rpm -ql` tells whose it is. DPKG is Debian's database of the root; the RPMs are
# left in OUT, for the repository holds them too.
. "$(dirname "$0")/../common.sh"
root=$1 osdir=$2 dpkg=$3 out=$4
. "$osdir/os.conf"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# files_of DEB...: what is left of their files, at the places that amazonify gave them.
files_of() {
  local deb list
  for deb in "$@"; do
    list=$(find "$dpkg/info" -name "$deb.list" -o -name "$deb:amd64.list")
    [ -n "$list" ] || fail lab/bin/prepare "the root has no $deb" "compare $osdir/base-packages with the release"
    sed -E -e 's#^/(bin|sbin|lib|lib64)/#/usr/\1/#' -e 's#^/usr/lib/x86_64-linux-gnu/#/usr/lib64/#' "$list"
  done | sort -u | while read -r path; do
    if [ ! -d "$root$path" ] && [ -e "$root$path" -o -L "$root$path" ]; then echo "$path"; fi
  done
}

# One package of base-packages as a section of the spec, and its files as those of the root.
package() {
  local name=$1 debs=$2 lines=$3
  # shellcheck disable=SC2086 # a list of names
  files_of $debs > "$work/$name.files"
  cat "$work/$name.files" >> "$work/owned"
  cat <<END
%package -n $name
Version: $(version_of "$dpkg/status" "${debs%% *}")
Summary: $name of the Lambda image
License: Debian
$lines
%description -n $name
From Debian's $debs.
%files -n $name -f $work/$name.files
END
}

while IFS= read -r line; do
  case $line in
    '#'*) ;;
    ' '*) lines+="${line#  }"$'\n' ;;
    *)
      [ -z "${name-}" ] || package "$name" "$debs" "$lines"
      name=${line%%:*} debs=${line#*: } lines=''
      ;;
  esac
done < <(cat "$osdir/base-packages"; echo end:) > "$work/packages"

# What no package of the table owns stays in one package without files, which answers for the libraries.
find "$root/usr/lib64" -maxdepth 1 -name '*.so*' -type f -printf '/usr/lib64/%f\n' | grep -vxFf "$work/owned" | sed "s#^#$root#" |
  /usr/lib/rpm/elfdeps --provides | sort -u > "$work/provides"
[ -s "$work/provides" ] || fail lab/bin/prepare "no library found under $root/usr/lib64" "is the root complete?"
{
  for name in $base_names /bin/sh /usr/bin/sh /bin/bash /usr/bin/bash /sbin/ldconfig /usr/sbin/ldconfig /usr/bin/python3 /usr/bin/env; do
    echo "Provides: $name"
  done
  sed 's/^/Provides: /' "$work/provides"
} > "$work/provide-lines"
cat > "$work/base.spec" <<END
%define __os_install_post %{nil}
%define debug_package %{nil}
%define _build_id_links none
%global __requires_exclude ^/bin/dash|^/usr/bin/perl
Name: lab-base
Version: ${release%.*}
Release: 1.$dist
Summary: What the lab's root already holds, beside its packages
License: MIT
$(cat "$work/provide-lines")
%description
Stands for the other packages of a Lambda image.
%install
mkdir -p %{buildroot}
tar -C $root -c -T $work/relative | tar -C %{buildroot} -x
%files

%package -n system-release
Version: $release
Summary: The release of the operating system
License: MIT
BuildArch: noarch
Provides: system-release(releasever) = $release
%description -n system-release
The release of the operating system.
%files -n system-release
$(cat "$work/packages")
END
sed 's#^/##' "$work/owned" | sort -u > "$work/relative"
rm -rf "$out"
mkdir -p "$out"
rpmbuild -bb --quiet --define "_topdir $work" --define "_rpmdir $out" --define '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
  --define '_binary_payload w6.gzdio' "$work/base.spec" > "$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
cp -R "$out" "$root/tmp/rpms"
mkdir -p "$root/var/lib/rpm"
# Debian's rpm refuses to install, by releases that have this word.
force=
case $(chroot "$root" /usr/bin/rpm --help) in *--force-debian*) force=--force-debian ;; esac
# The files are there: only the database has to learn of them.
rpms=$(cd "$root" && echo tmp/rpms/*.rpm)
# shellcheck disable=SC2086 # may be empty; a list of paths
chroot "$root" /usr/bin/rpm --dbpath /var/lib/rpm -i $force --justdb --nodeps --noscripts --nosignature $rpms
rm -rf "$root/tmp/rpms"
