import { settingsReference } from '../src/daemon/settings/settings-reference.ts'
import { jsonReference } from './json-reference.ts'

/** The chapters of the book that are made from the code: where they lie, and what stands in them. */
export function writtenChapters(): { path: string; text: string }[] {
  return [
    { path: 'docs/src/settings.md', text: settingsReference() },
    { path: 'docs/src/json.md', text: jsonReference() },
  ]
}
