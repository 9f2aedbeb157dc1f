import { baseCount } from './base-count.ts'
import { fastqPresent } from './fastq-present.ts'
import { fileLists } from './file-lists.ts'
import type { Filter } from './filter.ts'
import { human } from './human.ts'
import { instrumentPlatform } from './instrument-platform.ts'
import { libraryLayout } from './library-layout.ts'
import { librarySource } from './library-source.ts'
import { libraryStrategy } from './library-strategy.ts'
import { reach } from './reach.ts'
import { subtree } from './subtree.ts'
import { withdrawn } from './withdrawn.ts'

/** Every filter, in the order in which their reasons are told. */
export const filters: readonly Filter[] = [
  libraryStrategy,
  librarySource,
  libraryLayout,
  instrumentPlatform,
  human,
  baseCount,
  reach,
  fileLists,
  fastqPresent,
  subtree,
  withdrawn,
]
