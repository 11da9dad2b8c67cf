#!/usr/bin/env bash
# elf-samples.sh: real ELF files that the machine itself has not, for our reader to be compared with binutils' on:
#   $cache/elf/chromium/NAME   the archives and the program of @sparticuz/chromium, built on Amazon Linux 2 and 2023
#   $cache/elf/arm64/NAME      Debian packages for arm64, with all that they depend on
. "$(dirname "$0")/images/common.sh"
. "$repo/lab/rpms/apt.sh"
version=131.0.1 # has libraries of both
sha512=55f98791099bfcfc74ce3c1d490c2344cc05c3add07e3fa0e068ae9b3e23880184a571e021993ac44c25533eb28941d50ef78ad93120311d8c47a237a24384ef
packages="libpq5 libcurl4t64 git"
suite=trixie
work=$cache/elf.work
rm -rf "$work"
mkdir -p "$work"/{npm,chromium,arm64}
trap 'rm -rf "$work"' EXIT

(cd "$work/npm" && npm pack --silent "@sparticuz/chromium@$version" > /dev/null) ||
  fail lab/bin/prepare "npm cannot download @sparticuz/chromium" "see above"
tarball=$work/npm/sparticuz-chromium-$version.tgz
echo "$sha512  $tarball" | sha512sum --check --status ||
  fail lab/bin/prepare "@sparticuz/chromium $version is not what it was" "compare it with the registry, then lab/elf-samples.sh"
tar -xzf "$tarball" -C "$work/npm"
# Debian's brotli is one package more; Node.js has it.
unbrotli() { node -e 'process.stdin.pipe(require("zlib").createBrotliDecompress()).pipe(process.stdout)' < "$1"; }
for archive in "$work"/npm/package/bin/*.tar.br; do
  name=$(basename "$archive" .tar.br)
  mkdir "$work/chromium/$name"
  unbrotli "$archive" | tar -x --no-same-owner -C "$work/chromium/$name"
done
mkdir "$work/chromium/program"
unbrotli "$work/npm/package/bin/chromium.br" > "$work/chromium/program/chromium"

# A private apt, as for other releases, and with nothing installed: the machine's own architectures stay as they are.
(
  LAB_DEBIAN_MIRROR=$(debian_mirror)
  cache=$cache/elf-apt
  # What comes last wins.
  apt-get() { command apt-get "$@" -o APT::Architecture=arm64 -o APT::Architectures=arm64; }
  apt_for "$suite"
  # shellcheck disable=SC2086 # a list of names
  in_suite "$suite" apt-get install -qq -y --download-only --no-install-recommends $packages > "$cache/log" 2>&1 ||
    fail lab/bin/prepare "apt cannot download arm64 packages of $suite: $(tail -1 "$cache/log")" "compare lab/elf-samples.sh with the release"
  in_suite "$suite" apt-get autoclean -qq
)
for deb in "$cache/elf-apt/apt/$suite"/archives/*.deb; do
  dpkg-deb -x "$deb" "$work/arm64/$(dpkg-deb -f "$deb" Package)"
done

rm -rf "$work/npm" "${cache:?}/elf"
mv "$work" "$cache/elf"
