import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { csvLine, readCsv } from './csv.ts'

describe('CSV', () => {
  test('has quotes only where they are needed, and doubles those within', () => {
    assert.equal(csvLine(['plain', 'a,b', 'say "x"', 'two\nlines', '']), 'plain,"a,b","say ""x""","two\nlines",\n')
  })

  test('is read as it was written, whatever the cells hold', () => {
    const cells = fc.array(
      fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', 'é', ' ') }), { minLength: 2, maxLength: 4 }),
    )
    fc.assert(
      fc.property(cells, rows => {
        const read = readCsv(rows.map(csvLine).join(''))
        assert.deepEqual([read.rows.map(row => row.cells), read.badLines], [rows, []])
      }),
    )
  })

  test('knows the lines on which rows begin, all line ends, a byte order mark, and no last line end', () => {
    const { rows } = readCsv('\uFEFFa,b\r\n"1\n2",3\n\nx,y')
    assert.deepEqual(rows, [
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1\n2', '3'] },
      { line: 5, cells: ['x', 'y'] },
    ])
  })

  test('passes over a line that is none and goes on behind it', () => {
    assert.deepEqual(readCsv('a,b\n"x"y,2\nc,d\n'), {
      rows: [
        { line: 1, cells: ['a', 'b'] },
        { line: 3, cells: ['c', 'd'] },
      ],
      badLines: [2],
    })
  })
})
