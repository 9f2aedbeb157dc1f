# shellcheck shell=bash
# Sourced by the scripts beside it. Bash and the small tools that Debian and busybox both have: the scripts run in containers too.

# fail EXIT CODE KEY=VALUE…: ends the script, after one line on stderr that says why, for whoever reads the task's .command.err.
fail() {
  local status=$1 code=$2 field line
  shift 2
  line="microfetch-reason: $code"
  for field in "$@"; do line+=" $(printf '%.300s' "${field//[[:space:]]/_}")"; done
  printf '%s\n' "$line" >&2
  exit "$status"
}

# need TOOL…: ends with 127, as the shell itself would, where a tool is missing.
need() {
  local tool
  for tool in "$@"; do
    command -v "$tool" >/dev/null 2>&1 || fail 127 PIPE_FAIL "tool=$tool"
  done
}

# version_of TEXT…: the first thing in the text that looks like a version, without a leading v.
version_of() {
  local version='[0-9]+\.[0-9][0-9A-Za-z.+-]*'
  if [[ $* =~ $version ]]; then printf '%s' "${BASH_REMATCH[0]}"; else printf 'unknown'; fi
}

# disk_is_full FOLDER: true when less than 1 MiB can be written there.
disk_is_full() {
  local free
  free=$(df -Pk "$1" | awk 'NR == 2 { print $4 }')
  [ "${free:-1024}" -lt 1024 ]
}

# nap SECONDS: waits without a child process, so that nothing is left behind when the script is killed.
exec {never}<> <(:)
nap() { read -r -t "$1" -u "$never" || true; }

# kill_tree PID: ends a process and all below it. Their process group is not ours to kill, and an assembler's children outlive it.
# Stopped first, so that a parent does not go on with its next step when its child dies.
kill_tree() {
  local child children before=none
  kill -STOP "$1" 2>/dev/null || return 0
  # Again while the list grows: a fork may have been under way.
  while children=$(cat "/proc/$1/task/"*/children 2>/dev/null) && [ "$children" != "$before" ]; do
    before=$children
    # shellcheck disable=SC2086 # one word per child
    for child in $children; do kill_tree "$child"; done
  done
  kill -9 "$1" 2>/dev/null || true
}

# read_options LIST ARGUMENT…: reads `--name value` pairs into the array `options`; a name that is not in LIST ends the script.
declare -A options=()
read_options() {
  local known=" $1 "
  shift
  while [ $# -gt 0 ]; do
    local name=${1#--}
    if [ "$1" = "$name" ] || [[ $known != *" $name "* ]] || [ $# -lt 2 ]; then
      echo "$(basename "$0"): cannot understand '$1'" >&2
      exit 64
    fi
    # An option given several times keeps all its values, one a line.
    if [ -n "${options[$name]+set}" ]; then options[$name]+=$'\n'$2; else options[$name]=$2; fi
    shift 2
  done
}
