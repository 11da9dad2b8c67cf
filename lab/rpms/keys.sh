# shellcheck shell=bash
# The keys that sign packages, made once and kept; sourced after images/common.sh, with a GNUPGHOME of its own.

# use_keys NAME...: puts these keys into GNUPGHOME. Their public parts are $cache/gpg/NAME.asc.
use_keys() {
  local name
  mkdir -p "$cache/gpg"
  chmod 700 "$cache/gpg"
  for name in "$@"; do
    if [ ! -f "$cache/gpg/$name.asc" ]; then
      gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "NativeDeps lab $name <$name@localhost>" rsa3072 sign never
      gpg --batch --armor --export-secret-keys "$name@localhost" > "$cache/gpg/$name.secret.asc"
      gpg --batch --armor --export "$name@localhost" > "$cache/gpg/$name.asc"
    else
      gpg --batch --quiet --import "$cache/gpg/$name.secret.asc"
    fi
  done
}

# sign NAME RPM...
sign() {
  local name=$1 log
  shift
  log=$(rpmsign --define "_gpg_name $name@localhost" --define "__gpg $(command -v gpg)" --addsign "$@" 2>&1) ||
    { say "$log"; fail lab/bin/prepare "signing the packages failed" "see above"; }
}
