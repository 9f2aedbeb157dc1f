#!/bin/sh
# Makes an agent's machine of a fresh droplet: sh boot.sh
# Reads boot.conf beside it. May be run again: what is there already is left as it is. What goes wrong is written to results/DONE.json and
# boot.log of the attempt's folder, where the collector's key can read it, and is told to the daemon when that can be reached.
#   sh boot.sh tools   installs what pipelines and agent need, and nothing else: for making an image
set -eu
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C

metadata_address=169.254.169.254
metadata=http://$metadata_address/metadata/v1
step='begin'

has() { command -v "$1" >/dev/null 2>&1; }
say() { echo "boot: $*" >&2; }
fail() { say "FAILED to $step: $*"; why="$step: $*"; exit 1; }

# Each command that is needed, with the Debian package that has it.
wanted_tools() {
  echo 'aria2c aria2
fastp fastp
skesa skesa
spades.py spades
megahit megahit
minimap2 minimap2
rsync rsync
sshd openssh-server
node nodejs
java default-jre-headless
nft nftables
curl curl
setpriv util-linux'
}

missing_packages() {
  wanted_tools | while read -r tool package; do has "$tool" || echo "$package"; done | sort -u | tr '\n' ' '
}

install_tools() {
  step='install the tools'
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  has apt-get || fail "missing: $packages- and there is no apt-get to install them"
  say "installing $packages"
  tries=1
  # shellcheck disable=SC2086 # one word per package
  until apt-get -o DPkg::Lock::Timeout=600 -q update &&
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -q -y --no-install-recommends install $packages; do
    [ "$tries" -lt 3 ] || fail "apt-get failed $tries times: $packages"
    tries=$((tries + 1))
    sleep 10
  done
  packages=$(missing_packages)
  [ -z "$packages" ] || fail "installed, and their commands are not there: $packages"
}

# fetch URL FILE SECONDS: what an address answers, never through a proxy.
fetch() {
  if has curl; then
    curl --silent --show-error --fail --location --max-redirs 3 --noproxy '*' --connect-timeout 10 --max-time "$3" -o "$2" "$1"
  else
    python3 - "$@" <<'PYTHON'
import sys, urllib.request
url, path, seconds = sys.argv[1:]
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
with opener.open(url, timeout=min(60, float(seconds))) as answer, open(path, 'wb') as out:
    while chunk := answer.read(1 << 20):
        out.write(chunk)
PYTHON
  fi
}

# tell PATH FILE: posts a callback. Its headers, with the token, lie in the file "headers": arguments can be seen by everybody.
tell() {
  if has curl; then
    curl --silent --show-error --fail --max-time 20 --noproxy '*' -H @"$folder/headers" --data-binary @"$2" -o /dev/null "$server_url$1"
  else
    python3 - "$server_url$1" "$folder/headers" "$2" <<'PYTHON'
import sys, urllib.request
url, headers, body = sys.argv[1:]
pairs = dict(line.strip().split(': ', 1) for line in open(headers))
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
opener.open(urllib.request.Request(url, open(body, 'rb').read(), pairs), timeout=20).read()
PYTHON
  fi
}

# account NAME UID HOME SHELL: a user of its own group, without a password that anybody could have.
account() {
  step="make the user $1"
  if id -u "$1" >/dev/null 2>&1; then
    [ "$(id -u "$1"):$(id -g "$1")" = "$2:$2" ] || fail "there is one with another number: $(id "$1")"
    return 0
  fi
  groupadd --gid "$2" "$1" || fail "group $2 cannot be made"
  useradd --uid "$2" --gid "$2" --home-dir "$3" --no-create-home --shell "$4" --password '*' "$1" || fail "user $2 cannot be made"
}

# Only root and, by the group, the collector reach in here; the pipeline's folders are made by the agent.
make_folders() {
  step='make the folders'
  chmod 711 "$root"
  mkdir -p "$folder" "$folder/results" "$kits"
  chown "0:$collect_uid" "$folder" "$folder/results"
  chmod 2711 "$folder"
  chmod 2750 "$folder/results"
  [ -e "$folder/door.log" ] || : >"$folder/door.log"
  chown "0:$collect_uid" "$folder/door.log"
  chmod 660 "$folder/door.log"
  chmod 600 "$folder/boot.json"
  if [ -e "$folder/assignment.json.gz" ]; then
    gzip -dc "$folder/assignment.json.gz" >"$folder/assignment.json.new" || fail 'the assignment cannot be unpacked'
    chmod 600 "$folder/assignment.json.new"
    mv "$folder/assignment.json.new" "$folder/assignment.json"
  fi
}

# The collector's key opens this and nothing else. Until the agent is there, a few lines do in its place, so that a failed boot can say why.
open_door() {
  step='open the door to the collector'
  cat >"$root/door.new" <<DOOR
#!/bin/sh
node=\$(command -v node || command -v nodejs)
[ -z "\$node" ] || [ ! -f "$kit/agent.mjs" ] || exec "\$node" "$kit/agent.mjs" door "$folder"
refuse() { echo "door: \$1 is not allowed" >&2; exit 126; }
[ ! -r "$folder/boot.json" ] || refuse 'a folder whose token can be read'
case \$SSH_ORIGINAL_COMMAND in
*[!A-Za-z0-9\ ,./=_-]* | *..* | *' /'* | *=/* | *--daemon* | *--rsh* | *-path* | *-dest* | *-dir=* | *--log-file*) refuse 'this' ;;
'rsync --server --sender -'*) set -f; cd "$folder"; exec \$SSH_ORIGINAL_COMMAND ;;
*) refuse 'anything but rsync that reads' ;;
esac
DOOR
  chmod 755 "$root/door.new"
  mv "$root/door.new" "$root/door"
  mkdir -p "$root/collect/.ssh"
  # Root's own: whoever comes in by this key cannot let in others.
  echo "restrict,command=\"$root/door\" $collector_key" >"$root/collect/.ssh/authorized_keys.new"
  mv "$root/collect/.ssh/authorized_keys.new" "$root/collect/.ssh/authorized_keys"
}

# Asks who this machine is: only its provider knows.
learn_id() {
  step="learn the machine's id"
  tries=1
  until fetch "$metadata/id" "$root/id.new" 20; do
    [ "$tries" -lt 30 ] || fail "the metadata service at $metadata_address does not answer"
    tries=$((tries + 1))
    sleep 2
  done
  machine_id=$(head -c 100 "$root/id.new")
  rm -f "$root/id.new"
  case $machine_id in
    '' | *[!0-9]*) machine_id=; fail 'the metadata service gave no number' ;;
  esac
  printf '{"version":1,"machineId":"%s","name":"%s","attemptId":"%s"}\n' "$machine_id" "$name" "$attempt" >"$folder/machine.json.new"
  chmod 600 "$folder/machine.json.new"
  mv "$folder/machine.json.new" "$folder/machine.json"
}

# Node 18 is what Debian 12 has; an image may have a newer one.
require_node() {
  step='find Node'
  node=$(command -v node || command -v nodejs || true)
  [ -n "$node" ] || fail 'there is none'
  major=$("$node" -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] || fail "Node 18 or newer is needed, and this is $major"
}

# The kit of the image, or one that is fetched. Nothing of it runs or is unpacked before its checksum is right.
get_kit() {
  step="get the agent's kit"
  [ -f "$kit/whole" ] && return 0
  rm -rf "$kits"/fresh.*
  fresh=$(mktemp -d "$kits/fresh.XXXXXX")
  tries=1
  until fetch_kit "$fresh/kit.tar.gz"; do
    [ "$tries" -lt "${kit_tries:-5}" ] || fail "none of its addresses gave it: ${kit_urls:-there is no address, and the image does not have it}"
    tries=$((tries + 1))
    sleep $((tries * 5))
  done
  mkdir "$fresh/kit"
  tar -xzf "$fresh/kit.tar.gz" --no-same-owner -C "$fresh/kit" || fail 'it cannot be unpacked'
  : >"$fresh/kit/whole"
  chmod -R go+rX,go-w "$fresh/kit"
  rm -rf "$kit"
  mv "$fresh/kit" "$kit"
  rm -rf "$fresh"
}

fetch_kit() {
  for url in $kit_urls; do
    fetch "$url" "$1" 300 || { say "no kit from $url"; continue; }
    [ "$(sha256sum <"$1")" != "$kit_sha256  -" ] || return 0
    say "what $url gives is not the kit $kit_sha256"
  done
  return 1
}

# The pipeline's user may not ask the metadata service: the token is in what that one tells everybody.
forbid_metadata() {
  step='keep the pipeline from the metadata service'
  is_forbidden && return 0
  for verdict in reject drop; do
    if forbid_by_nft "$verdict" || forbid_by_iptables "$verdict"; then
      if is_forbidden; then return 0; fi
    fi
  done
  fail 'neither nft nor iptables could do it; the pipeline is not begun'
}

forbid_by_nft() {
  has nft || return 1
  nft -f - <<RULES
table ip microfetch
delete table ip microfetch
table ip microfetch {
  chain out {
    type filter hook output priority 0;
    ip daddr $metadata_address meta skuid { $run_uid, $collect_uid } $1
  }
}
RULES
}

forbid_by_iptables() {
  has iptables || return 1
  for uid in "$run_uid" "$collect_uid"; do
    set -- "$(echo "$1" | tr a-z A-Z)"
    iptables -C OUTPUT -d "$metadata_address" -m owner --uid-owner "$uid" -j "$1" 2>/dev/null ||
      iptables -I OUTPUT -d "$metadata_address" -m owner --uid-owner "$uid" -j "$1" || return 1
  done
}

# Tried, not believed: as that user, any answer at all means that it is not forbidden.
is_forbidden() {
  rm -rf "$root/try"
  mkdir -m 777 "$root/try"
  if as_pipeline curl --silent --noproxy '*' --connect-timeout 3 --max-time 5 -o "$root/try/answer" "$metadata/id"; then reached=yes; else reached=no; fi
  [ ! -s "$root/try/answer" ] || reached=yes
  rm -rf "$root/try"
  [ "$reached" = no ]
}

as_pipeline() { setpriv --reuid "$run_uid" --regid "$run_uid" --clear-groups --no-new-privs -- "$@"; }

start_agent() {
  step='start the agent'
  # Of a boot that failed; of an agent it is left alone.
  if grep -qs '"ending":"boot failed"' "$folder/results/DONE.json"; then rm -f "$folder/results/DONE.json"; fi
  rm -f "$folder/headers" "$folder/closing.new" "$folder/why"
  if [ -d /run/systemd/system ]; then start_by_systemd; else start_detached; fi
  looks=0
  until [ -s "$folder/standing.json" ] || [ -s "$folder/results/DONE.json" ]; do
    [ "$looks" -lt 300 ] || fail "it has not said anything in a minute: $(tail -c 300 "$folder/agent.out" 2>/dev/null)"
    looks=$((looks + 1))
    sleep 0.2
  done
}

# What runs out of memory is one of the pipeline's programs: that must end neither the agent nor the others.
start_by_systemd() {
  cat >/etc/systemd/system/microfetch-agent.service <<UNIT
[Unit]
Description=microfetch agent of attempt $attempt
After=network-online.target

[Service]
ExecStart=$node $kit/agent.mjs $folder
WorkingDirectory=/
Environment=HOME=/root LANG=C.UTF-8 MICROFETCH_MACHINE=$name
Restart=on-failure
RestartSec=10
RestartPreventExitStatus=2 3
KillMode=mixed
TimeoutStopSec=60
OOMScoreAdjust=-500
OOMPolicy=continue
TasksMax=infinity
LimitNOFILE=65536
StandardOutput=append:$folder/agent.out
StandardError=append:$folder/agent.out

[Install]
WantedBy=multi-user.target
UNIT
  systemctl daemon-reload
  systemctl enable --quiet microfetch-agent.service
  systemctl start microfetch-agent.service || fail 'systemd could not start it'
}

# Of a second agent in the same folder the lock sees to it that it leaves at once, with status 3.
start_detached() {
  # shellcheck disable=SC2016 # for the shell that is started
  setsid env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 MICROFETCH_MACHINE="$name" sh -c '
    echo -500 2>/dev/null >/proc/self/oom_score_adj
    while :; do
      "$@"
      case $? in 0 | 2 | 3) exit ;; esac
      sleep 10
    done' agent "$node" "$kit/agent.mjs" "$folder" </dev/null >>"$folder/agent.out" 2>&1 9>&- &
}

# quoted FILE BYTES: the end of a text as what stands between the quotes of JSON.
quoted() {
  tail -c "$2" "$1" 2>/dev/null | tr '\t\r' '  ' | tr -cd '\12\40-\176' | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{ printf "%s\\n", $0 }'
}

# Every run of the assignment, where it is known here, is to be tried elsewhere.
failed_runs() {
  why_file=$1
  detail=$(quoted "$why_file" 1000)
  tr ',{' '\n\n' 2>/dev/null <"$folder/assignment.json" | sed -n 's/^"runAccession":"\([A-Z0-9]*\)"$/\1/p' | awk -v detail="$(echo "$detail" | sed 's/\\/\\\\/g')" '
    { printf "%s{\"runAccession\":\"%s\",\"outcome\":\"failed\",\"reason\":\"WORK_LOST\",\"detail\":\"boot failed: %s\",\"cure\":\"retry\"}", (NR > 1 ? "," : ""), $0, detail }'
}

# The last word of a boot that failed, whatever it was that failed.
ended() {
  status=$?
  trap - EXIT
  cp "$log" "$folder/boot.log" 2>/dev/null && chown "0:$collect_uid" "$folder/boot.log" && chmod 640 "$folder/boot.log" || true
  [ "$status" -ne 0 ] || return 0
  # A person who runs this again beside a working agent does not end its work by it.
  [ ! -e "$folder/agent.lock" ] || return 0
  set +e
  say "boot failed with $status"
  mkdir -p "$folder/results"
  printf '%s' "${why:-$step}" >"$folder/why"
  id_text=${machine_id:-unknown}
  {
    printf '{"version":1,"attemptId":"%s","machineId":"%s","ending":"boot failed","outcomes":[' "$attempt" "$id_text"
    [ ! -e "$folder/assignment.json" ] || failed_runs "$folder/why"
    printf '],"logTail":"%s\\n%s"}' "$(quoted "$folder/why" 1000)" "$(quoted "$log" 6000)"
  } >"$folder/closing.new"
  chmod 640 "$folder/closing.new"
  chown "0:$collect_uid" "$folder/closing.new"
  cp -p "$folder/closing.new" "$folder/results/DONE.json.new" && mv "$folder/results/DONE.json.new" "$folder/results/DONE.json"
  tell_failure
  exit "$status"
}

# The daemon binds a machine that has registered some passes later, and hears nothing else before.
tell_failure() {
  if [ -z "$server_url" ] || [ -z "${machine_id:-}" ]; then return 0; fi
  token=$(sed -n 's/.*"token":"\([A-Za-z0-9_-]*\)".*/\1/p' "$folder/boot.json")
  umask 077
  printf 'Authorization: Bearer %s\nContent-Type: application/json\n' "$token" >"$folder/headers"
  printf '{"version":1,"machineId":"%s"}' "$machine_id" >"$folder/register"
  { printf '{"version":1,"machineId":"%s","closing":' "$machine_id"; cat "$folder/closing.new"; printf '}'; } >"$folder/told"
  tries=1
  until tell /agent/register "$folder/register" && tell /agent/closing "$folder/told"; do
    if [ "$tries" -ge "${tell_tries:-12}" ]; then say 'the daemon was not told'; break; fi
    tries=$((tries + 1))
    sleep 10
  done
  rm -f "$folder/headers" "$folder/register" "$folder/told"
}

if [ "${1:-}" = tools ]; then
  install_tools
  exit 0
fi

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
# attempt name folder kits kit_sha256 kit_urls server_url collector_key collect_user collect_uid run_user run_uid run_home
# shellcheck source=/dev/null
. "$root/boot.conf"
kit=$kits/$kit_sha256
log=$root/boot.log
exec >>"$log" 2>&1 </dev/null
# Two at a time would take the ground from under each other.
exec 9>"$root/boot.lock"
flock -n 9 || { say 'another boot is at work'; exit 0; }
trap ended EXIT
say "attempt $attempt on $name, $(date -u +%Y-%m-%dT%H:%M:%SZ)"

account "$collect_user" "$collect_uid" "$root/collect" /bin/sh
account "$run_user" "$run_uid" "$run_home" /usr/sbin/nologin
make_folders
open_door
learn_id
install_tools
require_node
get_kit
forbid_metadata
start_agent
step=end
say 'the agent is at work'
