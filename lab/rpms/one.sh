#!/usr/bin/env bash
# one.sh OS CONF WORK: one RPM, with Amazon Linux's name and paths, as a rule from Debian packages. rpm's own generators find
# what it provides and requires. Keys of a .conf, all optional but summary and debian or version:
#   summary, license
#   debian        packages to unpack; the first gives the version       suite     another Debian release than the image's
#   version, build, dist   for NAME-version-build.dist
#   only, drop    globs of paths to take, or to leave out                move      "from=to ...": folders, and what files say of them
#   arrange()     a function that changes the tree before it is moved; $lab is the lab's folder
#   provides, requires, recommends, conflicts   comma separated          exclude   pattern of found requirements to leave out
#   noarch        1 if it is
# Beside it: NAME.files (added as they are), NAME.scripts (scriptlets and triggers of its spec, instead of a plain ldconfig).
# NAME@RELEASE.conf is what NAME is in that release of the repository. The RPM goes to WORK/rpms/REPOSITORY[@RELEASE].
. "$(dirname "$0")/../images/common.sh"
os=$1 conf=$2 work=$3 lab=$repo/lab
. "$lab/images/$os/os.conf"
base=${conf%.conf} id=$(basename "$conf" .conf)
name=${id%@*} to=$(basename "$(dirname "$conf")")${id#"${id%@*}"}
summary='' license='' debian='' version='' build=1 only='' drop='' move='' provides='' requires='' recommends='' conflicts='' exclude='' noarch=''
arrange() { :; }
. "$conf"
tree=$work/$id/tree debs=$cache/apt/$suite/archives
mkdir -p "$tree"

for deb in $debian; do
  dpkg-deb -x "$debs/$deb"_*.deb "$tree"
  [ -n "$version" ] || version=$(version_of <(dpkg-deb -f "$debs/$deb"_*.deb) "$deb")
  copyright=$tree/usr/share/doc/$deb/copyright
  if [ -f "$copyright" ]; then
    [ -n "$license" ] || license=$(sed -n 's/^License: *\([A-Za-z0-9].*\)/\1/p' "$copyright" | head -1)
    install -D -m 644 "$copyright" "$work/$id/licences/$deb"
  fi
done
rm -rf "$tree"/usr/share/{lintian,bug,menu}
cd "$tree"
if [ -n "$only" ]; then
  mkdir "$tree.only"
  # shellcheck disable=SC2086 # globs
  cp -a --parents $only "$tree.only"
  rm -rf "$tree"
  mv "$tree.only" "$tree"
  cd "$tree"
fi
# shellcheck disable=SC2086 # globs
rm -rf $drop
arrange
# shellcheck disable=SC2086 # a list of words
node "$lab/rpms/rewrite-paths.mjs" "$tree" $move usr/lib/x86_64-linux-gnu=usr/lib64
find "$tree" -mindepth 1 -type d -empty -delete
if [ -d "$base.files" ]; then cp -R "$base.files/." "$tree"; fi
if [ -d "$work/$id/licences" ]; then
  mkdir -p "$tree/usr/share/licenses"
  mv "$work/$id/licences" "$tree/usr/share/licenses/$name"
fi
# RPM looks for dependencies only in files that are executable.
find "$tree" -type f -name '*.so*' -exec chmod 755 {} +

# Folders that the package alone owns; the rest belongs to the base.
(
  echo '%defattr(-,root,root)'
  find . -type d \( -path './usr/lib64/*' -o -path './usr/include/*' -o -path './usr/share/licenses/*' -o -path './etc/*' \) \
    ! -path ./usr/lib64/pkgconfig ! -path ./etc/ld.so.conf.d -printf '%%dir "/%P"\n'
  find . ! -type d -path './usr/share/licenses/*' -printf '%%license "/%P"\n'
  find . ! -type d -path './etc/*' -printf '%%config(noreplace) "/%P"\n'
  find . ! -type d \( -path './usr/share/doc/*' -o -path './usr/share/man/*' -o -path './usr/share/info/*' \) -printf '%%doc "/%P"\n'
  find . ! -type d ! -path './etc/*' ! -path './usr/share/licenses/*' ! -path './usr/share/doc/*' ! -path './usr/share/man/*' \
    ! -path './usr/share/info/*' -printf '"/%P"\n'
) > "$work/$id/files"
{
  cat <<END
Name: $name
Version: $version
Release: $build.$dist
Summary: $summary
License: ${license:-Unknown}
%define __os_install_post %{nil}
%define debug_package %{nil}
%define _build_id_links none
%global __requires_exclude ^pkgconfig|pkg-config|^perl >=${exclude:+|$exclude}
END
  if [ -n "$noarch" ]; then echo "BuildArch: noarch"; fi
  if [ -n "$provides" ]; then echo "Provides: $provides"; fi
  if [ -n "$requires" ]; then echo "Requires: $requires"; fi
  if [ -n "$recommends" ]; then echo "Recommends: $recommends"; fi
  if [ -n "$conflicts" ]; then echo "Conflicts: $conflicts"; fi
  echo "%description"
  echo "$summary${debian:+, from Debian\'s $debian}."
  if [ -f "$base.scripts" ]; then
    cat "$base.scripts"
  elif [ -n "$(find "$tree/usr/lib64" -maxdepth 1 -name '*.so.*' 2>/dev/null)" ]; then
    echo "%post -p /sbin/ldconfig"
    echo "%postun -p /sbin/ldconfig"
  fi
  echo "%install"
  echo "cp -a $tree/. %{buildroot}/"
  echo "%files -f $work/$id/files"
} > "$work/$id/$name.spec"
# Made here, for two rpmbuilds at once fail over who makes it.
mkdir -p "$work/rpms/$to"
# Old enough a payload for the rpm of every root.
rpmbuild -bb --quiet --target "$([ -n "$noarch" ] && echo noarch || echo x86_64)" \
  --define "_topdir $work/$id" --define "_rpmdir $work/rpms/$to" --define '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
  --define '_binary_payload w6.gzdio' \
  "$work/$id/$name.spec" > "$work/$id/log" 2>&1 ||
  { cat "$work/$id/log" >&2; fail "$conf" "rpmbuild failed" "see above"; }
rm -rf "$tree" "$work/$id/BUILD" "$work/$id/BUILDROOT"
