import { cloudFaultMenu } from '../../src/rehearsal/cloud/faults/cloud-fault-menu.ts'
import type { Cure } from './cure.ts'
import { cures, cureTables, type CureTable } from './cures.ts'

/** The chapter of the book that says of each fault of droplets and their collection what is done about it, and which test shows it. */
export function dropletFaultsChapter(): string {
  return [intro(), ...cureTables.map(tableOf)].join('\n')
}

function intro(): string {
  return `# Faults of droplets, and their cures

What goes wrong with droplets and with bringing results home from them, what microfetch does about it, and the test that shows it. The other faults, and the
reason code or attention by which each is told, are in [Faults and what becomes of them](faults.md).

Each of the ${cures.length} tests turns red without its cure. \`node test/cures/disable-cures.ts\` shows it: in a copy of the project it takes one cure
away at a time and runs its test; with a few words behind it, only for the faults that have them in their names. What it takes away stands in
\`test/cures/\`, from where these tables are written (\`npm run docs\`).

Each fault of the test cloud is also lived through as a whole, once and twice, with the shipped daemon: \`test/cloud/cloud-faults.test.ts\` asks that every run
is at home, no droplet is left, and the bill is in the books to the cent.
`
}

function tableOf({ title, text, isMenu, cures }: CureTable): string {
  const rows = cures.map(cure => `| ${isMenu ? menuRow(cure) : cell(cure.fault)} | ${cell(cure.cure)} | ${testCell(cure)} |`)
  return `## ${title}\n\n${text}\n\n| Fault | What microfetch does | Its test |\n|---|---|---|\n${rows.join('\n')}\n`
}

function menuRow({ fault }: Cure): string {
  const does = cloudFaultMenu.find(({ name }) => name === fault)?.does ?? ''
  return `\`${fault}\`: ${cell(does)}`
}

function testCell({ test }: Cure): string {
  return `\`${test.file}\`: ${cell(test.name)}`
}

/** A text as a cell of a table takes it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
