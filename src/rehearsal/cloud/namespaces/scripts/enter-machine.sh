#!/bin/sh
# Runs a command within a machine: sh enter-machine.sh PID FOLDER DROPPED DOOR … -- COMMAND [ARGUMENT …]
# PID: the machine's first program. The command dies with this program.
set -eu
pid=$1 folder=$2 dropped=$3
shift 3
while [ "$1" != -- ]; do
  echo $$ >"$1"
  shift
done
shift
# When memory runs out, this is killed before the machine's first program is.
echo 500 >/proc/self/oom_score_adj
exec nsenter --target "$pid" --mount --uts --ipc --net --pid -- \
  env -i --chdir="$folder" PATH="$PATH" HOME=/root LANG=C.UTF-8 setpriv --pdeathsig KILL --bounding-set "$dropped" "$@"
