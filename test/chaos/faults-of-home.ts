import { ledgerFaults } from './ledger-faults.ts'
import { foldersLeft, programsOfHome } from './left-overs.ts'
import { libraryFaults } from './library-faults.ts'

/** What must have become of the runs of an installation when nothing is left to do. */
export interface ExpectedEnd {
  /** Run → `delivered`, or `failed` with the reason code. */
  fates: ReadonlyMap<string, string>
  recipe: string
  taxId: number
  /** What is wrong with the content of a delivery's folder, looked at as a user would; undefined: nothing. */
  contentFault: (folder: string, run: string) => string | undefined
}

/** What is wrong with a home in which everything has come to an end; each fault is a sentence. */
export async function faultsOf(home: string, expected: ExpectedEnd): Promise<string[]> {
  const left = programsOfHome(home).map(({ pid, command }) => `program ${pid} is left: ${command}`)
  return [...ledgerFaults(home, expected.fates), ...left, ...foldersLeft(home), ...libraryFaults(home, expected)]
}
