#!/usr/bin/env bash
# repositories.sh OS WORK: signs the packages in WORK and makes repositories of them. As on Amazon's servers, each package
# lies once in a blobstore, and a release is metadata that points there:
#   $cache/rpms/OS/      blobstore, core/RELEASE, OTHER...  the image's /srv/lab-repo
#   $cache/web/OS/NAME   a repository with its packages, which lab/bin/repositories serves
. "$(dirname "$0")/../images/common.sh"
. "$(dirname "$0")/keys.sh"
os=$1 work=$2
. "$repo/lab/images/$os/os.conf"
made=$work/rpms image=$work/image web=$work/web
mkdir -p "$image/blobstore" "$web"

# What the image has is in its repository, too, unless a newer build takes its place.
for rpm in "$cache/base/$os"/*.rpm; do
  name=$(basename "$rpm" | sed -E 's/-[^-]+-[^-]+$//')
  case $name in lab-base | system-release) continue ;; esac
  [ -e "$repo/lab/rpms/$os/core/$name.conf" ] || cp "$rpm" "$made/core/"
done

# metadata FOLDER < names: of these packages of the blobstore.
metadata() {
  cat > "$work/list"
  createrepo_c --quiet --pkglist "$work/list" --location-prefix "$(sed -E 's#[^/]+#..#g' <<< "$1")/blobstore/" \
    --outputdir "$image/$1" "$image/blobstore"
}
for name in $repositories; do
  key=$name
  case $name in core | extras-*) key=$core_key ;; esac
  sign "$key" "$made/$name"*/*.rpm
  cp "$made/$name"*/*.rpm "$image/blobstore/"
  [ "$name" != core ] || continue
  mkdir "$image/$name"
  (cd "$made/$name" && printf '%s\n' *.rpm) | metadata "$name"
done
for release in $releases; do
  mkdir -p "$image/core/$release"
  # A build for this release stands for the one that is in all others.
  for folder in "$made/core@$release" "$made/core"; do
    if [ -d "$folder" ]; then ls "$folder"; fi
  done | awk '{ name = $0; sub(/-[^-]+-[^-]+$/, "", name) } !seen[name]++' | metadata "core/$release"
done

for name in $web_repositories; do
  cp -R "$made/$name" "$web/"
  sign third-party "$web/$name"/*.rpm
  cp "$cache/gpg/third-party.asc" "$web/$name/RPM-GPG-KEY-third-party"
  case $name in bad-signature)
    for rpm in "$made/$name"/*-unsigned-*.rpm; do cp "$rpm" "$web/$name/"; done
    rpmsign --delsign "$web/$name"/*-stranger-*.rpm > "$work/log" 2>&1
    sign stranger "$web/$name"/*-stranger-*.rpm
    for rpm in "$web/$name"/*-tampered-*.rpm; do
      printf 'X' | dd of="$rpm" bs=1 seek=$(($(stat -c %s "$rpm") - 20)) conv=notrunc status=none
    done ;;
  esac
  createrepo_c --quiet "$web/$name"
  case $name in broken-metadata) for file in "$web/$name"/repodata/*primary.xml.*; do echo >> "$file"; done ;; esac
done

rm -rf "${cache:?}/rpms/$os" "${cache:?}/web/$os"
mkdir -p "$cache/web"
mv "$image" "$cache/rpms/$os"
mv "$web" "$cache/web/$os"
say "  $(find "$cache/rpms/$os/blobstore" -name '*.rpm' | wc -l) packages, signed"
