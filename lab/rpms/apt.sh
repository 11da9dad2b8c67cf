# shellcheck shell=bash
# apt for another Debian release than the machine's own, in a folder of its own; sourced after images/common.sh.

# apt_for SUITE: prepares it once a day, then `in_suite SUITE apt-get download NAME` works.
apt_for() {
  local suite=$1 dir=$cache/apt/$1 mirror
  if [ -n "$(find "$dir/ready" -mmin -1440 2>/dev/null)" ]; then return; fi
  mirror=$(debian_mirror)
  mkdir -p "$dir"/{etc/preferences.d,state/lists/partial,archives/partial}
  : > "$dir/status"
  printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' "$mirror" "$suite" > "$dir/etc/sources.list"
  in_suite "$suite" apt-get update -qq >&2
  touch "$dir/ready"
}

in_suite() {
  local dir=$cache/apt/$1 tool=$2
  shift 2
  "$tool" -o Dir::Etc::sourcelist="$dir/etc/sources.list" -o Dir::Etc::sourceparts=/dev/null \
    -o Dir::Etc::preferencesparts="$dir/etc/preferences.d" -o Dir::State="$dir/state" -o Dir::State::status="$dir/status" \
    -o Dir::Cache="$dir" -o APT::Architecture=amd64 -o APT::Architectures=amd64 -o APT::Sandbox::User=root \
    -o Acquire::Languages=none "$@"
}
