/**
 * What runs in the container: the same text for every layer. Arguments: a separator nobody can guess, the dated
 * release or "-", then the package specs. Its answer is sections on stdout, each after a line `<separator> <name>`.
 *
 * - Exit codes of package managers do not tell: yum on AL2 exits 0 with names missing, so each spec is verified.
 * - microdnf names only the first unknown package. Names are looked up in order before anything is installed, so a
 *   last name that cannot exist shows that all names before it do.
 * - Signatures are checked as the image's repositories say; nothing here can turn that off.
 */
export const INSTALL_SCRIPT = `
set -u
separator=$1 release=$2
shift 2
section() { printf '\\n%s %s\\n' "$separator" "$1"; }
installed() {
  rpm -qa --qf '%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}.%{ARCH}\\t%{LICENSE}\\n'
}

for manager in microdnf dnf yum none; do
  command -v "$manager" >/dev/null 2>&1 && break
done
section manager
echo "$manager"
section system
(. /etc/os-release && printf '%s\\n' "\${PRETTY_NAME:-}") 2>/dev/null
section release
rpm -q --qf '%{VERSION}\\n' system-release 2>/dev/null || echo -
section before
installed

run() {
  case $manager in
    microdnf) set -- install -y --nodocs --setopt=install_weak_deps=0 "$@" ;;
    dnf) set -- install -y --nodocs --setopt=install_weak_deps=False "$@" ;;
    yum) set -- install -y --setopt=tsflags=nodocs "$@" ;;
  esac
  if [ "$release" != - ]; then
    set -- "$@" "--releasever=$release"
  fi
  "$manager" "$@" 2>&1
}

section output
code=127
if [ "$manager" != none ]; then
  output=$(run "$@")
  code=$?
  printf '%s\\n' "$output"
fi

section unknown
if [ "$code" != 0 ] && [ "$manager" = microdnf ]; then
  sentinel=nativedeps-no-such-package
  while [ $# -gt 0 ]; do
    output=$(run "$@" "$sentinel")
    name=$(printf '%s\\n' "$output" | sed -n "s/.*No package matches '\\(.*\\)'.*/\\1/p" | head -n 1)
    if [ -z "$name" ] || [ "$name" = "$sentinel" ]; then break; fi
    printf '%s\\n' "$name"
    while [ $# -gt 0 ]; do
      found=$1
      shift
      if [ "$found" = "$name" ]; then break; fi
    done
  done
fi

section after
installed

section provided
for spec in "$@"; do
  names=$(rpm -q --qf '%{NAME}\\n' --whatprovides "$spec" 2>/dev/null) ||
    names=$(rpm -q --qf '%{NAME}\\n' "$spec" 2>/dev/null) || continue
  for name in $names; do
    printf '%s\\t%s\\n' "$spec" "$name"
  done
done

section end
echo "$code"
`;
