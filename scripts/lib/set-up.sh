# What scripts/demo and scripts/test need on a fresh machine. Quick when there is nothing to do.

# Node modules, as locked; again only when the lock file has changed since.
node_modules() {
  local stamp=node_modules/.installed
  if [ -f "$stamp" ] && cmp --silent package-lock.json "$stamp"; then return; fi
  echo "Installing Node modules"
  npm ci --no-fund --no-audit --loglevel=error && cp package-lock.json "$stamp"
}

set_up() {
  local major
  major=$(node --version 2>/dev/null | sed -E 's/^v([0-9]+).*/\1/')
  if [ "${major:-0}" -lt 20 ]; then
    echo "Node.js: version ${major:-none} is on the PATH: install Node.js 20 or newer" >&2
    return 1
  fi
  node_modules && lab/bin/prepare
}
