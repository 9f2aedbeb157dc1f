#!/bin/sh
# First program within a machine's fresh namespaces: builds its root, waits for its lines, and becomes its PID 1.
# MACHINE: its folder, with `fstab`, `addressing` and `hostname`. Says `pid N` (as the hub sees it), reads a line, says `booted`.
set -eu
# This /proc is still the hub's, so it tells the id that the hub knows.
read -r pid _ </proc/self/stat
echo "pid $pid"
mount --all --fstab "$MACHINE/fstab"
read -r name <"$MACHINE/hostname"
echo "$name" >/proc/sys/kernel/hostname
root=$MACHINE/root
rm -f "$root/.dockerenv"
read -r _
for name in all default; do
  [ ! -e /proc/sys/net/ipv6/conf/$name/disable_ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6
done
echo 0 >/proc/sys/net/ipv4/ip_forward
# Addresses are used again: whoever remembers the last owner's hardware address is told the new one.
for line in eth0 eth1; do echo 1 >/proc/sys/net/ipv4/conf/$line/arp_notify; done
ip -batch - <"$MACHINE/addressing"
cd "$root"
pivot_root . mnt
cd /
umount -l /mnt
echo booted
exec env -i PATH="$PATH" HOME=/root LANG=C.UTF-8 setpriv --bounding-set "$DROPPED" sh /usr/local/lib/test-cloud/first-program.sh
