/**
 * What runs in a container of the image with the layer at /opt: the same text for every layer. Arguments: names of
 * tools. Its answer is a line for each tool that failed, `<name><tab><its last words>`.
 */
export const FINISH_SCRIPT = `
set -u
run() {
  said=$("$@" 2>&1 >/tmp/nativedeps-out) && return
  printf '%s\\t%s\\n' "$tool" "$(printf '%s' "$said" | tail -n 1)"
}
first() { for file; do [ ! -e "$file" ] || { printf '%s\\n' "$file"; return; }; done; }

for tool in "$@"; do
  case $tool in
    fc-cache)
      # Where fc-cache finds something to write, it sleeps for two seconds afterwards; fc-list writes the same.
      "$(first /opt/bin/fc-list /bin/true)" >/dev/null 2>&1
      run "$(first /opt/bin/fc-cache /opt/bin/fc-cache-64)" --system-only
      ;;
    gdk-pixbuf-query-loaders)
      query=$(first /opt/bin/gdk-pixbuf-query-loaders-64 /opt/bin/gdk-pixbuf-query-loaders)
      for folder in /opt/lib/gdk-pixbuf-2.0/*/; do
        export GDK_PIXBUF_MODULEDIR="\${folder}loaders"
        run "$query" && cp /tmp/nativedeps-out "\${folder}loaders.cache"
      done
      ;;
    dot) run /opt/bin/dot -c ;;
    compileall)
      for python in /opt/bin/python3.*; do
        case $python in *-config) continue ;; esac
        run "$python" -m compileall -q --invalidation-mode unchecked-hash "/opt/lib/\${python##*/}"
      done
      ;;
  esac
done
`;
