#!/usr/bin/env bash
# one.sh OS CONF WORK: one RPM from Debian packages, with Amazon Linux's paths. rpm's own generators find what it
# provides and requires. Keys of a .conf: summary, license, debian (the first gives the version), version, move
# ("from=to ..."), drop (globs), provides, requires and conflicts (comma separated), noarch. Beside it: NAME.files (added
# as they are) and NAME.post (instead of a plain ldconfig).
. "$(dirname "$0")/../images/common.sh"
os=$1 conf=$2 work=$3
. "$repo/lab/images/$os/os.conf"
name=$(basename "$conf" .conf)
summary='' license='' debian='' version='' move='' drop='' provides='' requires='' conflicts='' noarch=''
. "$conf"
tree=$work/$name/tree
mkdir -p "$tree"

for package in $debian; do
  dpkg-deb -x "$work/debs/${package}"_*.deb "$tree"
  [ -n "$version" ] || version=$(dpkg-deb -f "$work/debs/${package}"_*.deb Version | sed 's/^[0-9]*://; s/[-+].*//')
  if [ -f "$tree/usr/share/doc/$package/copyright" ]; then
    install -D -m 644 "$tree/usr/share/doc/$package/copyright" "$work/$name/licences/$package"
  fi
done
rm -rf "$tree"/usr/share/{doc,man,lintian,bug}
# shellcheck disable=SC2086 # globs
(cd "$tree" && for glob in $drop; do rm -rf $glob; done)
# shellcheck disable=SC2086 # a list of words
node "$repo/lab/rpms/rewrite-paths.mjs" "$tree" $move usr/lib/x86_64-linux-gnu=usr/lib64
find "$tree" -mindepth 1 -type d -empty -delete
if [ -d "${conf%.conf}.files" ]; then cp -R "${conf%.conf}.files/." "$tree"; fi
if [ -d "$work/$name/licences" ]; then
  mkdir -p "$tree/usr/share/licenses"
  mv "$work/$name/licences" "$tree/usr/share/licenses/$name"
fi
# RPM looks for dependencies only in files that are executable.
find "$tree" -type f -name '*.so*' -exec chmod 755 {} +

# Folders that the package alone owns; the rest belongs to the base.
(
  cd "$tree"
  echo '%defattr(-,root,root)'
  find . -type d \( -path './usr/lib64/*' -o -path './usr/include/*' -o -path './usr/share/licenses/*' -o -path './etc/*' \) \
    ! -path ./usr/lib64/pkgconfig ! -path ./etc/ld.so.conf.d -printf '%%dir "/%P"\n'
  find . ! -type d -path './usr/share/licenses/*' -printf '%%license "/%P"\n'
  find . ! -type d -path './etc/*' -printf '%%config(noreplace) "/%P"\n'
  find . ! -type d ! -path './etc/*' ! -path './usr/share/licenses/*' -printf '"/%P"\n'
) > "$work/$name/files"
{
  cat <<END
Name: $name
Version: $version
Release: $release_suffix
Summary: $summary
License: $license
%define __os_install_post %{nil}
%define debug_package %{nil}
%define _build_id_links none
%global __requires_exclude ^pkgconfig|pkg-config
END
  if [ -n "$noarch" ]; then echo "BuildArch: noarch"; fi
  if [ -n "$provides" ]; then echo "Provides: $provides"; fi
  if [ -n "$requires" ]; then echo "Requires: $requires"; fi
  if [ -n "$conflicts" ]; then echo "Conflicts: $conflicts"; fi
  echo "%description"
  echo "$summary, from Debian's $debian."
  if [ -f "${conf%.conf}.post" ]; then
    echo "%post"
    cat "${conf%.conf}.post"
  elif [ -n "$(find "$tree/usr/lib64" -maxdepth 1 -name '*.so.*' 2>/dev/null)" ]; then
    echo "%post -p /sbin/ldconfig"
    echo "%postun -p /sbin/ldconfig"
  fi
  echo "%install"
  echo "cp -a $tree/. %{buildroot}/"
  echo "%files -f $work/$name/files"
} > "$work/$name/$name.spec"
# Old enough a payload for the rpm of every root.
rpmbuild -bb --quiet --target "$([ -n "$noarch" ] && echo noarch || echo x86_64)" \
  --define "_topdir $work/$name" --define "_rpmdir $work/repo" --define '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
  --define '_binary_payload w6.gzdio' \
  "$work/$name/$name.spec" > "$work/$name/log" 2>&1 ||
  { cat "$work/$name/log" >&2; fail "lab/rpms/$os/$name.conf" "rpmbuild failed" "see above"; }
