#!/bin/sh
# Turns a fresh Debian 12 droplet into the master of a snapshot that has everything an agent needs. As root, on the droplet:
#   sh prepare-image.sh BOOT_SCRIPT NEXTFLOW_FOLDER [KIT…]
# BOOT_SCRIPT: microfetch's boot.sh, which knows the tools. NEXTFLOW_FOLDER: tooling/nextflow of microfetch.
# KIT: kits of the daemon (<sha256>.tar.gz), for droplets that shall fetch nothing at all; without them each droplet fetches its own.
# At the end nothing is left that belongs to this one droplet: keys, cloud-init's memory, logs. It must not be booted again before the
# snapshot is taken.
set -eu
umask 022
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

say() { echo "image: $*" >&2; }
fail() { say "FAILED: $*"; exit 1; }

[ $# -ge 2 ] || { echo "usage: sh prepare-image.sh BOOT_SCRIPT NEXTFLOW_FOLDER [KIT...]" >&2; exit 64; }
[ "$(id -u)" -eq 0 ] || fail 'this changes the machine it runs on: it must be root, on a droplet that was made for it'
[ -e /run/systemd/system ] && [ -d /var/lib/cloud ] || fail 'this does not look like a droplet'
grep -qs 'VERSION_ID="12"' /etc/os-release || say 'this is not Debian 12; going on, but nobody has tried it'
boot_script=$1
nextflow_source=$2
shift 2
[ -f "$boot_script" ] || fail "there is no $boot_script"
[ -f "$nextflow_source/install.sh" ] || fail "there is no $nextflow_source/install.sh"

say 'tools of pipelines and agent'
# cloud-init and the daily updates may still be at it on a fresh droplet.
cloud-init status --wait >/dev/null 2>&1 || true
sh "$boot_script" tools

say 'Nextflow'
nextflow=/opt/microfetch/nextflow
if [ ! -x "$nextflow/nextflow" ]; then
  # Maven only brings it, and leaves again with what came along.
  had_maven=yes
  command -v mvn >/dev/null 2>&1 || had_maven=no
  [ "$had_maven" = yes ] || apt-get -q -y --no-install-recommends install maven
  sh "$nextflow_source/install.sh" "$nextflow"
  if [ "$had_maven" = no ]; then
    apt-get -q -y purge maven
    apt-get -q -y autoremove
    rm -rf /root/.m2
  fi
fi
NXF_HOME=$(mktemp -d) "$nextflow/nextflow" -version >/dev/null || fail 'Nextflow does not start'
sh "$boot_script" tools

for kit in "$@"; do
  name=$(basename "$kit" .tar.gz)
  say "kit $name"
  [ "$(sha256sum <"$kit")" = "$name  -" ] || fail "$kit is not what its name says"
  place=/opt/microfetch/kits/$name
  rm -rf "$place"
  mkdir -p "$place"
  tar -xzf "$kit" --no-same-owner -C "$place"
  : >"$place/whole"
done
[ ! -d /opt/microfetch/kits ] || chmod -R go+rX,go-w /opt/microfetch/kits

say 'cleaning'
systemctl disable --quiet --now apt-daily.timer apt-daily-upgrade.timer unattended-upgrades.service 2>/dev/null || true
apt-get -q -y clean
rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*
# Host keys and keys of people are made anew for every droplet, by its boot.
rm -f /etc/ssh/ssh_host_* /root/.ssh/authorized_keys /home/*/.ssh/authorized_keys
rm -f /root/.bash_history /home/*/.bash_history /var/lib/systemd/random-seed
cloud-init clean --logs --seed
: >/etc/machine-id
find /var/log -type f -exec truncate --size 0 {} +
say "ready. Now: shutdown -h now, take the snapshot, destroy this droplet"
