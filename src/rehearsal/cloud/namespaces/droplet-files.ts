import { readFileSync } from 'node:fs'
import type { DiskFile } from './disk-file.ts'
import { scriptPath } from './script-path.ts'

/** Files that every machine has, whatever boots it. */
export function machineFiles(hostname: string): DiskFile[] {
  const shutdown = readFileSync(scriptPath('shutdown.sh'), 'utf8')
  return [
    { path: '/etc/hostname', content: `${hostname}\n` },
    { path: '/etc/hosts', content: `127.0.0.1 localhost\n127.0.1.1 ${hostname}\n` },
    // No name can be looked up: the question goes to an address that refuses it, so nobody waits.
    { path: '/etc/resolv.conf', content: 'nameserver 127.0.0.1\noptions attempts:1 timeout:1\n' },
    // The machine's own disks are not to be mounted within.
    { path: '/etc/fstab', content: '' },
    { path: '/etc/ssh/sshd_config', content: sshdConfig },
    { path: '/usr/local/lib/test-cloud/first-program.sh', content: readFileSync(scriptPath('first-program.sh'), 'utf8') },
    ...['shutdown', 'poweroff', 'halt'].map(name => ({ path: `/usr/local/sbin/${name}`, content: shutdown, mode: 0o755 })),
  ]
}

/** As on Debian's cloud images: keys only, accounts without a password may log in with theirs. */
const sshdConfig = `Include /etc/ssh/sshd_config.d/*.conf
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM yes
UseDNS no
PrintMotd no
AcceptEnv LANG LC_*
Subsystem sftp /usr/lib/openssh/sftp-server
`
