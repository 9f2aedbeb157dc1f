import { readFileSync, realpathSync, statfsSync } from 'node:fs'
import { Problem } from '../../core/problem.ts'

/** The file system of a folder: its name, and whether other machines may write to it at the same time. */
export interface FileSystem {
  name: string
  isNetwork: boolean
}

/** Types that the kernel names in `/proc/self/mountinfo` and that lie on other machines. SQLite's locks cannot be trusted there. */
const networkNames =
  /^(nfs\d?|cifs|smb\d?|smbfs|afs|ceph|lustre|gpfs|beegfs|9p|ncpfs|coda|pvfs2|glusterfs|fuse\.(sshfs|glusterfs|ceph|s3fs|rclone|goofys|gcsfuse|blobfuse\d?|davfs\d?|curlftpfs|juicefs|seaweedfs|moosefs|lizardfs|nfs.*))$/

/** The same by the numbers of `statfs`, for systems whose mounts cannot be read (`man 2 statfs`). */
const networkNumbers = new Map([
  [0x6969, 'nfs'],
  [0x517b, 'smb'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x5346414f, 'afs'],
  [0x00c36400, 'ceph'],
  [0x0bd00bd0, 'lustre'],
  [0x47504653, 'gpfs'],
  [0x19830326, 'beegfs'],
  [0x01021997, '9p'],
])

/** The file system that holds `folder`, which must exist. `mounts` is the text of `/proc/self/mountinfo`; undefined: it is read. */
export function fileSystemOf(folder: string, mounts: string | undefined = readMounts()): FileSystem {
  const name = mounts === undefined ? undefined : mountedType(folder, mounts)
  if (name !== undefined) return { name, isNetwork: networkNames.test(name) }
  const number = statfsSync(folder).type
  const known = networkNumbers.get(number)
  return { name: known ?? `0x${number.toString(16)}`, isNetwork: known !== undefined }
}

function readMounts(): string | undefined {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
  } catch {
    return undefined // not Linux
  }
}

/** The type of the innermost mount above `folder`; of two at one place the later covers the earlier. */
function mountedType(folder: string, mounts: string): string | undefined {
  let best: Mount | undefined
  for (const line of mounts.split('\n')) {
    const mount = readMount(line)
    const holds = mount !== undefined && (mount.point === '/' || folder === mount.point || folder.startsWith(`${mount.point}/`))
    if (holds && (best === undefined || mount.point.length >= best.point.length)) best = mount
  }
  return best?.type
}

interface Mount {
  point: string
  type: string
}

/** A line such as `36 35 98:0 /root /mount/point options … - type source options`; blanks in the point are written as `\040`. */
function readMount(line: string): Mount | undefined {
  const [before = '', after = ''] = line.split(' - ')
  const point = before.split(' ')[4]
  const type = after.split(' ')[0]
  if (point === undefined || type === undefined || type === '') return undefined
  return { point: point.replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8))), type }
}

/** Refuses a folder on a network file system: SQLite's locks and its shared memory do not hold there, and a ledger would be lost. */
export function requireLocalFileSystem(folder: string): void {
  const { name, isNetwork } = fileSystemOf(realpathSync(folder))
  if (!isNetwork) return
  throw new Problem(
    'not-allowed',
    `${folder} lies on a network file system (${name}), where the ledger would not be safe. Use a home on a local disk; home.library_dir may lie on the network.`,
  )
}
