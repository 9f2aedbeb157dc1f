import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { collectorContract } from '../../../test/contracts/collector-contract.ts'
import { manifestOf } from '../testing/scratch-folder.ts'
import { LibraryAndMachines } from './testing/library-and-machines.ts'

collectorContract('rsync over ssh', async () => {
  const all = await LibraryAndMachines.openOverSsh()
  return {
    collector: all.collector,
    newPlace: () => all.newPlace(),
    handOver: (place, accession, files) => all.handOver(place, files, manifestOf(files), accession),
    spoil: async (place, accession) => {
      const path = all.onMachine(place, 'assembly/contigs.fasta', accession)
      const text = await readFile(path, 'utf8')
      await writeFile(path, 'X'.repeat(text.length))
    },
    // rsync cannot remove folders: what counts is that no file is left.
    isOnMachine: async (place, accession) => {
      const left = await readdir(all.onMachine(place, '', accession), { recursive: true, withFileTypes: true }).catch(() => [])
      return left.some(entry => !entry.isDirectory())
    },
    say: async (place, { standing, closing }) => {
      if (standing !== undefined) await all.writeOnMachine(place, 'standing.json', JSON.stringify(standing))
      if (closing !== undefined) await all.writeOnMachine(place, 'results/DONE.json', JSON.stringify(closing))
    },
    lose: place => rm(all.folderOf(place), { recursive: true }),
    linkedDelivery: link => all.linkedDelivery(link.startsWith('by-taxon/') ? link : `runs/ERR100/${link}`),
    crowded: () => all.newCollector({ reserveBytes: Number.MAX_SAFE_INTEGER }),
    close: () => all.close(),
  }
})
