#!/usr/bin/env bash
# The Python environment of the AWS stand-in.
. "$(dirname "$0")/common.sh"
requirements=$repo/lab/aws/requirements.txt
if [ ! -f "$requirements" ]; then say "  skipped: there is no lab/aws/requirements.txt"; exit 0; fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
  fail lab/bin/prepare "python3 is older than 3.10" "put a newer python3 first on PATH"
rm -rf "$cache/venv"
python3 -m venv "$cache/venv"
"$cache/venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
