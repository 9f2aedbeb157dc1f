import type { Assignment } from '../api/assignment.ts'

type Run = Assignment['runs'][number]
type ReadFile = Run['readFiles'][number]
type Samplesheet = Assignment['recipe']['samplesheet']

/** Between the sources of one file, in the order in which they are to be tried; it never stands in an address. */
export const sourceSeparator = '|'

/** The samplesheet of these runs as the recipe wants it, with a header. Templates: see `SamplesheetForm` in core/recipe.ts. */
export function formatSamplesheet(form: Samplesheet, runs: readonly Run[]): string {
  const headers = Object.keys(form.columns)
  const templates = Object.values(form.columns)
  const rows = runs.flatMap(run => linesOf(form, run)).map(values => templates.map(template => fillTemplate(template, values)))
  return [headers, ...rows].map(cells => `${cells.map(cell => quoteCell(cell, form.delimiter)).join(form.delimiter)}\n`).join('')
}

function linesOf(form: Samplesheet, run: Run): Record<string, string>[] {
  if (form.lines === 'run') return [valuesOf(run, run.readFiles)]
  return run.readFiles.map(file => valuesOf(run, [file]))
}

function valuesOf(run: Run, files: ReadFile[]): Record<string, string> {
  const first = (role: ReadFile['role']): string => run.readFiles.find(file => file.role === role)?.sources[0] ?? ''
  const all = (text: (file: ReadFile) => string): string => files.map(text).join(';')
  return {
    run: run.runAccession,
    layout: run.layout,
    sample: run.sampleAccession,
    taxId: String(run.taxId),
    file: all(file => file.name),
    role: all(file => file.role),
    bytes: all(file => String(file.sizeBytes)),
    md5: all(file => file.md5),
    sources: all(file => file.sources.join(sourceSeparator)),
    mate1: first('mate1'),
    mate2: first('mate2'),
    single: first('single'),
  }
}

function fillTemplate(template: string, values: Record<string, string>): string {
  // In one pass, so that braces inside a value are left alone.
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
}

function quoteCell(cell: string, delimiter: string): string {
  // Tab separated tables know no quotes.
  if (delimiter === '\t') return cell.replace(/[\t\r\n]+/g, ' ')
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
