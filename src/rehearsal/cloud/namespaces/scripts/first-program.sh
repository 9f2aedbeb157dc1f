#!/bin/sh
# PID 1 of a machine: runs boot.sh beside it and reaps whatever is left to it. A machine ends with it.
exec >>/var/log/boot.log 2>&1 </dev/null
mkdir -p /run/sshd /run/lock
(
  # When memory runs out, this is killed before PID 1 is, and with it the machine.
  echo 500 >/proc/self/oom_score_adj
  exec sh /usr/local/lib/test-cloud/boot.sh
) &
trap 'exit 0' TERM
while :; do
  wait
  sleep 86400 &
  wait $!
done
