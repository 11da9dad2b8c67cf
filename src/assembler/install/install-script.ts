/**
 * What runs in the container: the same text for every layer. Arguments: a separator nobody can guess, the dated release
 * or "-", the number of repositories, four words for each (kind, name, its .repo file, its key), then the package specs.
 * Its answer is sections on stdout, each after a line `<separator> <name>`.
 *
 * - Exit codes of package managers do not tell: yum on AL2 exits 0 with names missing, so each spec is verified.
 * - microdnf names only the first unknown package. Names are looked up in order before anything is installed, so a
 *   last name that cannot exist shows that all names before it do.
 * - Nothing here can turn signature checks off, and a repository that comes without them is told.
 */
export const INSTALL_SCRIPT = `
set -u
separator=$1 release=$2 repositories=$3
shift 3
section() { printf '\\n%s %s\\n' "$separator" "$1"; }
installed() {
  rpm -qa --qf '%{NAME}\\t%|EPOCH?{%{EPOCH}:}|%{VERSION}-%{RELEASE}.%{ARCH}\\t%{LICENSE}\\t%{SOURCERPM}\\n'
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

topic() {
  command -v amazon-linux-extras >/dev/null 2>&1 || run amazon-linux-extras || return
  amazon-linux-extras enable "$1" 2>&1
}
repository() {
  case $1 in
    spal) run spal-release ;;
    epel) topic epel && run epel-release ;;
    extras) topic "$2" ;;
    own)
      mkdir -p /etc/yum.repos.d /etc/pki/rpm-gpg &&
        printf '%s' "$3" >"/etc/yum.repos.d/nativedeps-$2.repo" &&
        printf '%s' "$4" >"/etc/pki/rpm-gpg/RPM-GPG-KEY-nativedeps-$2"
      ;;
  esac
}
section setup
setup=
while [ "$repositories" -gt 0 ]; do
  if [ -z "$setup" ] && ! repository "$1" "$2" "$3" "$4"; then
    setup=$1\${2:+:$2}
  fi
  shift 4
  repositories=$((repositories - 1))
done
section unprepared
printf '%s\\n' "$setup"
section prepared
installed
section unsigned
awk '
  function tell() { if (name != "" && off && on) print name }
  /^[ \\t]*\\[/ { tell(); name = $0; gsub(/[][ \\t]/, "", name); off = 0; on = 1 }
  /^[ \\t]*gpgcheck[ \\t]*=[ \\t]*(0|no|false|off)/ { off = 1 }
  /^[ \\t]*enabled[ \\t]*=[ \\t]*(0|no|false|off)/ { on = 0 }
  END { tell() }
' /etc/dnf/dnf.conf /etc/yum.conf /etc/yum.repos.d/*.repo 2>/dev/null

section output
code=127
if [ "$manager" != none ] && [ -z "$setup" ]; then
  output=$(run "$@")
  code=$?
  printf '%s\\n' "$output"
fi

section unknown
if [ "$code" != 0 ] && [ "$manager" = microdnf ]; then
  sentinel=nativedeps-no-such-package
  unknown() {
    while [ $# -gt 0 ]; do
      output=$(run "$@" "$sentinel")
      name=$(printf '%s\\n' "$output" | sed -n "s/.*No package matches '\\(.*\\)'.*/\\1/p" | head -n 1)
      if [ -z "$name" ] || [ "$name" = "$sentinel" ]; then return; fi
      printf '%s\\n' "$name"
      while [ $# -gt 0 ]; do
        found=$1
        shift
        if [ "$found" = "$name" ]; then break; fi
      done
    done
  }
  unknown "$@"
fi

section after
installed

section provided
provided=
for spec in "$@"; do
  names=$(rpm -q --qf '%{NAME}\\n' --whatprovides "$spec" 2>/dev/null) ||
    names=$(rpm -q --qf '%{NAME}\\n' "$spec" 2>/dev/null) || {
    missing=1
    continue
  }
  for name in $names; do
    printf '%s\\t%s\\n' "$spec" "$name"
  done
done

# What the repositories have, for those who misspelt a name.
section names
if [ "$code" != 0 ] || [ -n "\${missing-}" ]; then
  case $manager in
    microdnf) microdnf repoquery 2>/dev/null ;;
    dnf) dnf -q repoquery --qf '%{name}-%{evr}.%{arch}' 2>/dev/null ;;
    yum) yum -q list available 2>/dev/null ;;
  esac
fi

section files
rpm -qa --qf '[%{=NAME}\\t%{FILENAMES}\\n]'
section requires
rpm -qa --qf '[%{=NAME}\\t%{REQUIRENAME}\\t%{REQUIREFLAGS:depflags}\\t%{REQUIREVERSION}\\n]'
section provides
rpm -qa --qf '[%{=NAME}\\t%{PROVIDENAME}\\n]'

section end
echo "$code"
`;
