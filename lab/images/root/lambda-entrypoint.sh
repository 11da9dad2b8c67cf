#!/bin/sh
# As in the Lambda images: wants a handler, so whoever means to run anything else must override it.
if [ $# -ne 1 ]; then
  echo "entrypoint requires the handler name to be the first argument" 1>&2
  exit 142
fi
echo "lambda-entrypoint: the lab has no runtime interface emulator: run the function with lab/runner/run" 1>&2
exit 1
