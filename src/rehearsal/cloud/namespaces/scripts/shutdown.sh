#!/bin/sh
# `shutdown`, `poweroff` and `halt` of a machine whose PID 1 is no systemd: shutdown [OPTION …] [now | +MINUTES]
minutes=0
for word in "$@"; do
  case $word in
  -c) exit 0 ;;
  +*) minutes=${word#+} ;;
  esac
done
if [ "$minutes" -gt 0 ]; then
  (
    sleep "$((minutes * 60))"
    kill -s TERM 1
  ) </dev/null >/dev/null 2>&1 &
  exit 0
fi
kill -s TERM 1
