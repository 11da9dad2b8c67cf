# The steps of scripts/demo, and how they are shown and measured. Each checks what it shows.

names=() millis=()
bold=$'\e[1m' plain=$'\e[0m'
if [ ! -t 1 ] || [ -n "${NO_COLOR-}" ]; then bold="" plain=""; fi

step() {
  local name=$1 from
  shift
  from=$(date +%s%3N)
  printf '\n%s== %s%s\n' "$bold" "$name" "$plain"
  # Not in a condition: there, `set -e` would not hold inside the step.
  "$@"
  names+=("$name") millis+=($(($(date +%s%3N) - from)))
}

fail() {
  echo "scripts/demo: $1: $2: see .cache/lab/run-demo/ and lab/README.md" >&2
  exit 1
}

start_lab() {
  lab/bin/lab down >/dev/null
  lab/bin/lab up
  eval "$(lab/bin/lab env)"
  lab/bin/database up
  eval "$(lab/bin/database env)"
  cp -R examples/ruby-mysql2 "$work/app"
  # Stands for `sam build`: puts the compiled gem where it would.
  lab/runner/vendor-mysql2 "$work/app/src"
}

# How often an API operation was called so far.
calls() { lab/bin/lab journal --json | grep -c "\"op\": *\"$1\"" || true; }

deploy() { # STACK [TEMPLATE]
  (cd "$work/app" && sam deploy --template-file "${2:-template.yaml}" --stack-name "$1" --s3-bucket "$LAB_BUCKET" \
    --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND --no-fail-on-empty-changeset --no-progressbar \
    --parameter-overrides "DatabaseHost=$DB_HOST" "DatabasePort=$DB_PORT" "DatabaseUser=$DB_USER" \
    "DatabasePassword=$DB_PASSWORD")
}

# Each line of each build that starts from now on, as it is written.
watch_builds() {
  trap 'kill $(jobs -p) 2>/dev/null' EXIT
  local log
  declare -A seen=()
  for log in "$LAB_RUN_DIR"/builds/*.log; do seen[$log]=1; done
  while :; do
    for log in "$LAB_RUN_DIR"/builds/*.log; do
      [ -f "$log" ] && [ -z "${seen[$log]-}" ] || continue
      seen[$log]=1
      tail --lines=+1 --follow "$log" | sed -u 's/^/   build | /' &
    done
    sleep 0.3
  done
}

# sam's own output, and the build's between its lines.
deploy_and_watch() {
  (watch_builds) &
  local watcher=$! status=0
  deploy "$@" || status=$?
  kill "$watcher" && wait "$watcher" 2>/dev/null || true
  [ "$status" -eq 0 ] || fail "sam deploy" "failed with exit code $status"
}

layer_of() { # STACK
  aws cloudformation get-template --stack-name "$1" --template-stage Processed --output json |
    python3 -c 'import json,sys; b=json.load(sys.stdin)["TemplateBody"]; b=json.loads(b) if isinstance(b,str) else b
print(json.dumps(b["Resources"]["DatabaseVersion"]["Properties"]["Layers"][0]).strip("\""))'
}

function_of() { # STACK
  aws cloudformation describe-stacks --stack-name "$1" --output text \
    --query 'Stacks[0].Outputs[?OutputKey==`DatabaseVersionFunction`].OutputValue'
}

expect() { # WHAT ACTUAL WANTED
  if [ "$2" != "$3" ]; then fail "$1" "is $2, and should be $3"; fi
  echo "   $1: $2"
}

first_deploy() {
  deploy_and_watch app
  layer=$(layer_of app)
  expect "builds started" "$(calls StartBuild)" 1
  echo "   layer in the processed template: $layer"
}

call_function() {
  answer=$(lab/bin/lab invoke "$(function_of app)")
  echo "   $answer"
  version=$(python3 -c 'import json,sys; a=json.loads(sys.argv[1]); assert a["library"].startswith("/opt/lib/"), a
print(a["version"])' "$answer") || fail "the function" "did not answer as it should"
  echo "   database version: $version, through the library in /opt/lib"
}

call_without_layer() {
  answer=$(lab/bin/lab invoke "$(function_of app)" --without-layers || true)
  case "$answer" in
    *"libmariadb.so.3: cannot open shared object file"*) echo "   fails as it must: $answer" | cut -c1-200 ;;
    *) fail "the function without its layer" "$answer" ;;
  esac
}

second_deploy() {
  deploy app
  expect "builds started in all" "$(calls StartBuild)" 1
  expect "layer" "$(layer_of app)" "$layer"
}

other_app() {
  deploy other-app
  expect "builds started in all" "$(calls StartBuild)" 1
  expect "layer" "$(layer_of other-app)" "$layer"
  builds=$(calls StartBuild)
}

# A macro parameter of its own, and another package set, so that there is something to build.
deferred_deploy() {
  sed -e 's/\[NativeDeps,/[{Name: NativeDeps, Parameters: {WaitSeconds: 0}},/' -e 's/\[mysql-libs\]/[mysql-libs, libpq]/' \
    "$work/app/template.yaml" >"$work/app/deferred.yaml"
  deploy_and_watch deferred deferred.yaml
  echo "   layer in the processed template: $(layer_of deferred)"
  lab/bin/lab invoke "$(function_of deferred)" || fail "the function" "does not work after the deferred deploy"
}

after_deferred() {
  local before
  before=$(calls StartBuild)
  deploy deferred deferred.yaml
  expect "builds started since" "$(($(calls StartBuild) - before))" 0
  echo "   layer in the processed template: $(layer_of deferred)"
  case "$(layer_of deferred)" in arn:*) ;; *) fail "the layer" "is no literal ARN" ;; esac
}

missing_package() {
  sed 's/\[mysql-libs\]/[mysql-lib]/' "$work/app/template.yaml" >"$work/app/missing.yaml"
  if deploy missing missing.yaml >"$work/missing.log" 2>&1; then fail "sam deploy" "should have failed"; fi
  grep -F '"mysql-lib"' "$work/missing.log" || fail "sam deploy" "did not name the package"
}

clean_up() {
  trap - EXIT
  lab/bin/database down >/dev/null 2>&1 || true
  lab/bin/lab down >/dev/null 2>&1 || true
  rm -rf "$work"
}

report() {
  printf '\n%s%-56s %10s%s\n' "$bold" step seconds "$plain"
  local i
  for i in "${!names[@]}"; do
    printf '%-56s %10s\n' "${names[$i]}" "$(awk "BEGIN{printf \"%.1f\", ${millis[$i]}/1000}")"
  done
  python3 - "$builds" "$layer" "$version" "${names[@]}" "${millis[@]}" >.cache/demo.json <<'PYTHON'
import json, sys
builds, layer, version, *rest = sys.argv[1:]
half = len(rest) // 2
steps = [{"name": n, "ms": int(ms)} for n, ms in zip(rest[:half], rest[half:])]
print(json.dumps({"steps": steps, "builds": int(builds), "layerArn": layer, "databaseVersion": version}, indent=2))
PYTHON
  printf '\n%-56s %s\n%-56s %s\n%-56s %s\n' "builds" "$builds" "layer" "$layer" "database" "$version"
}
