import type { Notice } from '../../core/notice.ts'

const longestLine = 240
const longestSubject = 150

/**
 * The whole mail, headers and text. Nothing of the notice can become a header or end the mail: control characters are taken out, and a
 * line of a single full stop, which some programs take for the end, is not written.
 */
export function writeMail(notice: Notice, { to, host }: { to: string | undefined; host: string }): string {
  const headers = [
    ...(to === undefined ? [] : [`To: ${oneLine(to)}`]),
    `Subject: ${encoded(oneLine(`microfetch on ${host}: ${notice.title}`).slice(0, longestSubject))}`,
    `Date: ${new Date(notice.at).toUTCString().replace('GMT', '+0000')}`,
    'Auto-Submitted: auto-generated',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
  ]
  const lines = notice.text.split(/\r\n|\r|\n/).flatMap(line => pieces(oneLine(line)))
  return `${headers.join('\n')}\n\n${lines.map(line => (line === '.' ? '. ' : line)).join('\n')}\n`
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
}

/** RFC 2047, where a header would not be plain ASCII. Each word of it holds whole letters and no more than is allowed. */
function encoded(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  const words: string[] = []
  let word = ''
  for (const letter of text) {
    if (Buffer.byteLength(word + letter) > 42) {
      words.push(word)
      word = ''
    }
    word += letter
  }
  words.push(word)
  return words.map(part => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\n ')
}

function pieces(line: string): string[] {
  if (line.length <= longestLine) return [line]
  const letters = [...line]
  return Array.from({ length: Math.ceil(letters.length / longestLine) }, (_, place) =>
    letters.slice(place * longestLine, (place + 1) * longestLine).join(''),
  )
}
