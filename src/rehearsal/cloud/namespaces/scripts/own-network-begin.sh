#!/bin/sh
# First program of a network of its own: sh own-network-begin.sh GROUPS COMMAND [ARGUMENT …]
# GROUPS: folders of control groups, with `:` between them. Descriptor 3 brings the names of signals for the command, a line each;
# where it ends, everything here ends. Ends with the command's exit status.
set -eu
groups=$1
shift
# Sockets below the machine's /run (resolvers, busses, containers) are ways out that no network namespace closes.
mount -t tmpfs -o mode=755,size=256m tmpfs /run
mkdir -p /run/microfetch-cloud /run/sshd
printf '%s\n' "$groups" | tr ':' '\n' >/run/microfetch-cloud/control-groups
ip link set lo up

exec 4<&0
# A shell gives what it starts in the background no input and no interrupt; the command is to have both.
env --default-signal=INT,QUIT "$@" <&4 3<&- 4<&- &
command=$!
{
  while read -r signal <&3; do kill -s "$signal" "$command"; done
  kill -s KILL -1
} </dev/null >/dev/null 2>&1 4<&- &
exec 3<&- 4<&-
code=0
wait "$command" || code=$?

# What is frozen cannot die, and this program cannot end before everything here has.
printf '%s\n' "$groups" | tr ':' '\n' | while read -r folder; do
  for state in "$folder"/*/freezer.state; do [ ! -e "$state" ] || echo THAWED >"$state"; done
  for state in "$folder"/*/cgroup.freeze; do [ ! -e "$state" ] || echo 0 >"$state"; done
done || true
exit "$code"
