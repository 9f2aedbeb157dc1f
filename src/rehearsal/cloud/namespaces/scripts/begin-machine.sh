#!/bin/sh
# Stands in the hub's namespaces and becomes the program that holds a machine: sh begin-machine.sh DOOR …
# DOOR: file of a control group to move in by. MACHINE: the machine's folder. ROOT_SCRIPT: what goes on inside.
set -eu
for door in "$@"; do echo $$ >"$door"; done
# A machine's first program must not be what the kernel kills when memory runs out: the machine would be gone.
# Not every root may say so; what boots and logs in later is preferred in any case.
echo -1000 2>/dev/null >/proc/self/oom_score_adj || :
exec unshare --mount --uts --ipc --net --pid --fork --kill-child=KILL sh "$ROOT_SCRIPT"
