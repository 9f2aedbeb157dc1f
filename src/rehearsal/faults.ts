import type { Fault } from './faults/fault.ts'
import { fileBodies } from './faults/file-bodies.ts'
import { fileRefusals } from './faults/file-refusals.ts'
import { otherEndpoints } from './faults/other-endpoints.ts'
import { rowCells } from './faults/row-cells.ts'
import { rowFiles } from './faults/row-files.ts'
import { searchBodies } from './faults/search-bodies.ts'
import { searchRefusals } from './faults/search-refusals.ts'

const menu = [
  ...searchRefusals,
  ...searchBodies,
  ...otherEndpoints,
  ...rowCells,
  ...rowFiles,
  ...fileRefusals,
  ...fileBodies,
] as const

/** The name of a fault on the menu. */
export type FaultName = (typeof menu)[number]['name']

/** Every fault that a rehearsal archive can be told to have: a stable name, and a sentence of what it does. */
export const faultMenu: readonly (Fault & { readonly name: FaultName })[] = menu
