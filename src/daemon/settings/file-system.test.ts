import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { suite, test } from 'node:test'
import { fileSystemOf } from './file-system.ts'

const mounts = `22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw shared:5 - proc proc rw
40 22 0:40 / /net/home rw,relatime shared:1 - nfs4 server:/home rw
41 40 8:2 / /net/home/local rw - xfs /dev/sdb rw
42 22 0:42 / /mnt/far\\040away rw - fuse.sshfs host: rw
43 22 8:3 / /mnt/usb rw - fuseblk /dev/sdc rw`

suite('the file system of a folder', () => {
  test('is that of the innermost mount above it', () => {
    assert.deepEqual(fileSystemOf('/net/home/ada/microfetch', mounts), { name: 'nfs4', isNetwork: true })
    assert.deepEqual(fileSystemOf('/net/home/local/ada', mounts), { name: 'xfs', isNetwork: false })
    assert.deepEqual(fileSystemOf('/net/homestead', mounts), { name: 'ext4', isNetwork: false })
  })

  test('FUSE is a network only where other machines stand behind it', () => {
    assert.deepEqual(fileSystemOf('/mnt/far away/x', mounts), { name: 'fuse.sshfs', isNetwork: true })
    assert.deepEqual(fileSystemOf('/mnt/usb', mounts), { name: 'fuseblk', isNetwork: false })
  })

  test('without a list of mounts the number of the file system is asked for', () => {
    assert.equal(fileSystemOf(tmpdir(), '').isNetwork, false)
    assert.match(fileSystemOf(tmpdir(), '').name, /^0x[0-9a-f]+$/)
  })
})
