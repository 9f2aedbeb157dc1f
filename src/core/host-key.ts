/** An ssh host key that was made for one attempt, so that its machine can be told from every other at the same address. */
export interface HostKey {
  /** In OpenSSH's own form, as it lies in `/etc/ssh/ssh_host_ed25519_key`. It is given to the machine and kept nowhere. */
  privateKey: string
  /** As it stands in a `known_hosts` line after the name: `ssh-ed25519 AAAA…`. */
  publicKey: string
}
