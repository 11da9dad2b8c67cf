"""A buildspec as one bash program that tells on descriptor 9 where it is."""
import shlex

import yaml

PHASES = ("install", "pre_build", "build", "post_build")
HEAD = r"""
lab_state=$LAB_BUILD_DIR/state lab_cwd=$LAB_BUILD_DIR/cwd
unset LAB_BUILD_DIR
pwd > "$lab_cwd"
export -p > "$lab_state"
export CODEBUILD_BUILD_SUCCEEDING=1
lab_run() { # PHASE NUMBER FILE
  printf 'at %s %s\n' "$1" "$2" >&9
  . "$3" 9>&-
  lab_code=$?
  [ "$lab_code" = 0 ] || exit "$lab_code"
  export -p > "$lab_state"
  pwd > "$lab_cwd"
}
lab_ok=1 lab_go=1
"""
PHASE = r"""
if [ "$lab_go" = 1 ]; then
  printf 'start {NAME}\n' >&9
  ( . "$lab_state"; export CODEBUILD_BUILD_SUCCEEDING=$lab_ok; cd "$(cat "$lab_cwd")" || exit 1
{commands}
  )
  lab_phase=$?
  [ "$lab_phase" = 0 ] || lab_ok=0
  printf 'ran {NAME} %s\n' "$lab_phase" >&9
{finally_}
  printf 'end {NAME} %s\n' "$lab_phase" >&9
  if [ "$lab_phase" != 0 ]; then lab_ok=0; {on_failure} fi
fi
"""


class BuildspecError(Exception):
    pass


def read(text):
    try:
        spec = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BuildspecError(f"YAML_FILE_ERROR Message: {error}") from None
    if not isinstance(spec, dict) or "phases" not in spec:
        raise BuildspecError("YAML_FILE_ERROR Message: This build image requires selecting at least one runtime version or phases.")
    if float(spec.get("version", 0)) not in (0.1, 0.2):
        raise BuildspecError("YAML_FILE_ERROR Message: Unsupported version")
    return spec


def listed(value):
    return [value] if isinstance(value, str) else [str(item) for item in value or []]


def program(spec, folder):
    """(bash text, {(PHASE, number): command}); the commands' own files are written into `folder`."""
    text, commands = HEAD, {}
    for name in PHASES:
        phase = (spec.get("phases") or {}).get(name) or {}
        upper = name.upper()
        lines = [line_of(upper, number, command, folder, commands) for number, command in enumerate(listed(phase.get("commands")))]
        last = [line_of(upper, 1000 + number, command, folder, commands) for number, command in enumerate(listed(phase.get("finally")))]
        finally_ = ""
        if last:
            finally_ = '  ( . "$lab_state"; export CODEBUILD_BUILD_SUCCEEDING=$lab_ok; cd "$(cat "$lab_cwd")" || exit 1\n' + "\n".join(last) + \
                '\n  ) || { lab_code=$?; [ "$lab_phase" != 0 ] || lab_phase=$lab_code; }'
        # A failed build phase still runs post_build; a failure before it ends the commands.
        goes_on = phase.get("on-failure") == "CONTINUE" or (name == "build" and phase.get("on-failure") != "ABORT")
        text += PHASE.replace("{NAME}", upper).replace("{commands}", "\n".join(lines) or "    :") \
            .replace("{finally_}", finally_).replace("{on_failure}", ":;" if goes_on else "lab_go=0;")
    return text, commands


def line_of(phase, number, command, folder, commands):
    commands[(phase, number)] = command
    path = folder / f"{phase}-{number}.sh"
    path.write_text(command if command.endswith("\n") else command + "\n")
    return f"    echo {shlex.quote('[Container] Running command ' + command)}\n    lab_run {phase} {number} {shlex.quote(str(path))}"


def variables(spec):
    return {name: str(value) for name, value in ((spec.get("env") or {}).get("variables") or {}).items()}
