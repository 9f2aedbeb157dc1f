import type { DiskFile } from './disk-file.ts'

/**
 * Has Debian's own cloud-init boot the droplet, with the DigitalOcean datasource: it asks the metadata address and follows the user-data. The
 * ssh daemon starts where it does on a droplet: after cloud-init's first stage, which writes the host keys.
 */
export function realBoot(dropletId: number): DiskFile[] {
  return [
    { path: '/usr/local/lib/test-cloud/boot.sh', content: bootScript, mode: 0o700 },
    // The datasource knows a droplet by what its firmware says.
    { path: '/usr/sbin/dmidecode', content: firmwareScript(dropletId), mode: 0o755 },
    { path: '/etc/cloud/cloud.cfg.d/99-zz-test-cloud.cfg', content: `${JSON.stringify(imageConfig, undefined, 2)}\n` },
  ]
}

const bootScript = `#!/bin/sh
cloud-init init --local
cloud-init init
ls /etc/ssh/ssh_host_*_key >/dev/null 2>&1 || ssh-keygen -A
/usr/sbin/sshd
cloud-init modules --mode=config
cloud-init modules --mode=final
`

function firmwareScript(dropletId: number): string {
  return `#!/bin/sh
case "$*" in
*system-manufacturer*) echo DigitalOcean ;;
*system-product-name*) echo Droplet ;;
*system-serial-number*) echo ${dropletId} ;;
*) echo ;;
esac
`
}

/** What DigitalOcean's images say, and what does not go with a disk that is a folder in memory. JSON is YAML too. */
const imageConfig = {
  datasource_list: ['DigitalOcean', 'None'],
  // No link-local address is to be made for the question: the metadata address is reachable by the address that is there.
  datasource: { DigitalOcean: { use_ip4LL: false, retries: 30, wait_retry: 1 } },
  network: { config: 'disabled' },
  disable_root: false,
  ssh_genkeytypes: ['ed25519'],
  locale: 'C.UTF-8',
  growpart: { mode: 'off' },
  resize_rootfs: false,
  grub_dpkg: { enabled: false },
  apt: { preserve_sources_list: true },
  syslog_fix_perms: 'root:root',
}
