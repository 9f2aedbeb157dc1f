import type { Clock } from '../../core/clock.ts'
import { Problem } from '../../core/problem.ts'
import type { ArchiveQuestions } from './archive-questions.ts'

const rememberedMs = 10 * 60_000
const mostRemembered = 5000
const patienceMs = 90_000

/**
 * The same questions with a memory of ten minutes, so that what was shown to a person before they said yes is not asked for again,
 * and with a time limit (`unreachable`), so that no request waits for ever. Faults are not remembered.
 */
export function rememberQuestions(archive: ArchiveQuestions, clock: Clock): ArchiveQuestions {
  const memory = new Map<string, { answer: unknown; untilMs: number }>()
  async function remember<T>(key: unknown[], ask: () => Promise<T>): Promise<T> {
    const text = JSON.stringify(key)
    const known = memory.get(text)
    if (known !== undefined && clock().getTime() < known.untilMs) return known.answer as T
    const answer = await withinPatience(ask())
    if (memory.size >= mostRemembered) memory.clear()
    memory.set(text, { answer, untilMs: clock().getTime() + rememberedMs })
    return answer
  }
  return {
    taxonOf: taxId => remember(['taxonOf', taxId], () => archive.taxonOf(taxId)),
    taxonNamed: name => remember(['taxonNamed', name.toLowerCase()], () => archive.taxonNamed(name)),
    amountOf: (taxId, scope) => remember(['amountOf', taxId, scope], () => archive.amountOf(taxId, scope)),
    countOf: wanted => remember(['countOf', wanted.taxId, wanted.scope, wanted.since ?? ''], () => archive.countOf(wanted)),
  }
}

async function withinPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Problem('unreachable', `the archive did not answer within ${patienceMs / 1000} s`))
    }, patienceMs)
  })
  try {
    return await Promise.race([answer, over])
  } finally {
    clearTimeout(timer)
  }
}
