import * as v from 'valibot'
import type { Manifest } from '../manifest.ts'
import { readSmallFile } from '../read-small-file.ts'

/** The file in which a pipeline says which tools it used: `{"tool": "version", …}`. */
export const versionsName = 'versions.json'

const mostBytes = 65_536
// A line of plain text; what a machine wrote is shown to people.
const plain = v.pipe(v.string(), v.maxLength(200), v.regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u))
const versionsSchema = v.record(v.pipe(plain, v.minLength(1)), plain)

/** Tool → version as the run's results say, empty where they say nothing that can be read: a recipe need not write it. */
export async function readVersions(folder: string, manifest: Manifest): Promise<Record<string, string>> {
  const paths = manifest.map(file => file.path).filter(path => path === versionsName || path.endsWith(`/${versionsName}`))
  const [nearest] = paths.sort((a, b) => a.length - b.length)
  if (nearest === undefined) return {}
  const text = await readSmallFile(folder, nearest, mostBytes).catch(() => undefined)
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), versionsSchema), text)
  return parsed.success ? parsed.output : {}
}
