import { Problem } from '../../../core/problem.ts'

/** A list that goes on for longer is none: it has more droplets than any account may have. */
const mostPages = 1000

/** The most that a page holds. */
export const perPage = 200

/**
 * The number of the page after this one; undefined on the last. Only the number is read from the link: where the next call goes, with our
 * token, is for us to say. Throws `broken-answer` for a link that does not lead on.
 */
export function nextPage(name: string, page: number, link: string | undefined): number | undefined {
  if (link === undefined) return undefined
  const text = URL.parse(link, 'https://none.invalid')?.searchParams.get('page') ?? ''
  const next = /^\d{1,6}$/.test(text) ? Number(text) : 0
  if (next <= page || next > mostPages)
    throw new Problem('broken-answer', `${name}: the link to the page after page ${page} does not lead there`)
  return next
}
