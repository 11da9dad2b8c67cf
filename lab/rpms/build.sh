#!/usr/bin/env bash
# build.sh OS: the signed RPM repository of one operating system, a stanza file per package in lab/rpms/OS.
. "$(dirname "$0")/../images/common.sh"
os=$1
here=$repo/lab/rpms
. "$here/apt.sh"
. "$repo/lab/images/$os/os.conf"
work=$cache/rpms/$os.work
rm -rf "$work"
mkdir -p "$work/debs" "$work/repo"
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
trap 'gpgconf --kill all; rm -rf "$GNUPGHOME" "$work"' EXIT

mkdir -p "$cache/gpg"
chmod 700 "$cache/gpg"
if [ ! -f "$cache/gpg/public.asc" ]; then
  gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'NativeDeps lab <lab@localhost>' rsa3072 sign never
  gpg --batch --armor --export-secret-keys > "$cache/gpg/secret.asc"
  gpg --batch --armor --export > "$cache/gpg/public.asc"
else
  gpg --batch --quiet --import "$cache/gpg/secret.asc"
fi

apt_for "$suite"
names=$(cd "$here/$os" && for conf in *.conf; do (debian=; . "./$conf"; echo "$debian"); done)
# shellcheck disable=SC2086 # a list of names
(cd "$work/debs" && in_suite "$suite" apt-get download -qq $names) ||
  fail lab/bin/prepare "apt cannot download a package of $suite" "compare lab/rpms/$os/*.conf with the release"
for conf in "$here/$os"/*.conf; do
  "$here/one.sh" "$os" "$conf" "$work"
done
rpmsign --define '_gpg_name NativeDeps lab' --define "__gpg $(command -v gpg)" --addsign "$work"/repo/*.rpm > "$work/sign.log" 2>&1 ||
  { cat "$work/sign.log" >&2; fail lab/bin/prepare "signing the packages failed" "see above"; }
createrepo_c --quiet "$work/repo"
rm -rf "${cache:?}/rpms/$os"
mv "$work/repo" "$cache/rpms/$os"
say "  $(find "$cache/rpms/$os" -name '*.rpm' | wc -l) packages, signed"
