#!/usr/bin/env bash
# root.sh OS: makes the root file system that plays a Lambda image, and imports it as localhost/lab/OS-root.
. "$(dirname "$0")/common.sh"
os=$1
here=$repo/lab/images
. "$repo/lab/rpms/apt.sh"
. "$here/$os/os.conf"
root=$cache/roots/$os dpkg=$cache/roots/$os.dpkg
mkdir -p "$cache/roots"
as_root rm -rf --one-file-system "$root"
trap 'as_root rm -rf --one-file-system "$root"' EXIT

# Debian's part is kept: it takes longest and changes least.
debian=$cache/roots/$suite-$(echo "$include" | sha256sum | cut -c1-8).tar
if [ ! -f "$debian" ]; then
  say "  debootstrap $suite (about a minute)"
  # An older debootstrap may not know the release by name; they have all been made the same way for long.
  script=/usr/share/debootstrap/scripts/$suite
  [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid
  as_root debootstrap --variant=minbase --arch=amd64 --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
    --include="$include" "$suite" "$root" "$(debian_mirror)" "$script" > "$cache/$os-root.log" 2>&1 ||
    fail lab/bin/prepare "debootstrap of $suite failed: $(tail -1 "$cache/$os-root.log")" "see $cache/$os-root.log"
  as_root tar -C "$root" --exclude=./var/cache --exclude=./dev -c . > "$debian.part"
  mv "$debian.part" "$debian"
else
  mkdir "$root"
  as_root tar -C "$root" -x < "$debian"
fi
if [ -n "${older-}" ]; then
  apt_for "$older_suite"
  mkdir "$root/tmp/older"
  # shellcheck disable=SC2086 # a list of names
  (cd "$root/tmp/older" && in_suite "$older_suite" apt-get download -qq $older)
  as_root chroot "$root" /bin/sh -c 'dpkg -i --force-downgrade /tmp/older/*.deb' > "$cache/$os-older.log" 2>&1 ||
    fail lab/bin/prepare "dpkg could not install $older: $(tail -1 "$cache/$os-older.log")" "see $cache/$os-older.log"
  as_root rm -rf "$root/tmp/older"
fi
# Debian's database, which goes from the root: it tells what is there, and which package owns it.
rm -rf "$dpkg"
cp -R "$root/var/lib/dpkg" "$dpkg"
as_root "$here/root/amazonify.sh" "$root" "$here/$os"
as_root "$here/root/base-package.sh" "$root" "$here/$os" "$dpkg" "$cache/base/$os"
say "  importing into podman"
as_root tar -C "$root" -c . | podman import --quiet --change "LABEL nativedeps.lab=ground" - "localhost/lab/$os-root" > /dev/null
