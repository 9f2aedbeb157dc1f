/*
 * The far half of an rsync (protocol 29) that sends what no honest one would: `lying-sender.ts PLAN`, a JSON with the entries of its list of
 * files, and what it does once the first of them is asked for. It reads what it is told and minds none of it.
 */
interface Plan {
  entries: { name: string; bytes: number; mode?: number }[]
  /** `endless`: data without end for whatever is asked · `nothing`: it says that all is done. */
  then: 'endless' | 'nothing'
}

const plan = JSON.parse(process.argv[2] ?? '{}') as Plan
const protocol = 29
const regular = 0o100666
const ofData = 7 << 24
const mostFrameBytes = 30_000
/** A full name follows, with its length in four bytes. */
const entryFlags = 0x41

function int(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32LE(value)
  return bytes
}

function longInt(value: number): Buffer {
  if (value <= 0x7fffffff) return int(value)
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt(value))
  return Buffer.concat([int(-1), bytes])
}

function frame(bytes: Buffer): Buffer {
  const header = Buffer.alloc(4)
  header.writeUInt32LE(ofData | bytes.length)
  return Buffer.concat([header, bytes])
}

function entry({ name, bytes, mode = regular }: Plan['entries'][number]): Buffer {
  const text = Buffer.from(name, 'latin1')
  const checksum = (mode & 0o170000) === 0o100000 ? Buffer.alloc(16, 1) : Buffer.alloc(0)
  return Buffer.concat([
    Buffer.from([entryFlags]),
    ...[int(text.length), text, longInt(bytes), int(1_700_000_000), int(mode), checksum],
  ])
}

function send(bytes: Buffer): Promise<void> {
  return new Promise(resolve => {
    process.stdout.write(bytes, () => resolve())
  })
}

async function sendEndlessly(request: Buffer): Promise<void> {
  // Which file, what for, and the four numbers about what is there already: as they came.
  await send(frame(Buffer.concat([request.subarray(0, 6), int(0), int(0), int(0), int(0)])))
  const piece = frame(Buffer.concat([int(mostFrameBytes), Buffer.alloc(mostFrameBytes, 'x')]))
  for (;;) await send(piece)
}

// rsync's way to end its other half; Node would open its debugger.
process.on('SIGUSR1', () => process.exit(0))
process.stdout.on('error', () => process.exit(0))
process.stdin.on('error', () => process.exit(0))
await send(int(protocol))
await send(int(0))
let heard = Buffer.alloc(0)
let hasListed = false
for await (const piece of process.stdin as AsyncIterable<Buffer>) {
  heard = Buffer.concat([heard, piece])
  // Its version, the empty list of rules, and names until two NULs in a row.
  if (!hasListed && heard.length > 8 && (plan.entries.length === 0 || heard.includes(Buffer.from([0, 0]), 8))) {
    hasListed = true
    heard = Buffer.alloc(0)
    const list = Buffer.concat([...plan.entries.map(entry), Buffer.from([0]), int(0)])
    for (let at = 0; at < list.length; at += mostFrameBytes) await send(frame(list.subarray(at, at + mostFrameBytes)))
  } else if (hasListed && heard.length >= 22) {
    const at = heard.findIndex((_byte, index) => heard.readInt32LE(Math.min(index, heard.length - 4)) >= 0)
    if (plan.then === 'endless') await sendEndlessly(heard.subarray(Math.max(0, at)))
    for (;;) await send(frame(int(-1)))
  }
}
