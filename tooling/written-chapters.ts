import { settingsReference } from '../src/daemon/settings/settings-reference.ts'

/** The chapters of the book that are made from the code: where they lie, and what stands in them. */
export async function writtenChapters(): Promise<{ path: string; text: string }[]> {
  return [{ path: 'docs/src/settings.md', text: settingsReference() }]
}
