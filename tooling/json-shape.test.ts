import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as v from 'valibot'
import { shapeOf } from './json-shape.ts'

test('a schema is written as TypeScript writes its type', () => {
  const schema = v.object({
    name: v.pipe(v.string(), v.minLength(1)),
    state: v.picklist(['a', 'b']),
    size: v.nullable(v.number()),
    extra: v.optional(v.boolean()),
    parts: v.array(v.union([v.string(), v.literal(3)])),
    counts: v.record(v.string(), v.number()),
  })
  assert.equal(
    shapeOf(schema),
    `{
  name: string
  state: "a" | "b"
  size: number | null
  extra?: boolean
  parts: (string | 3)[]
  counts: { [name: string]: number }
}`,
  )
})

test('a small shape stands on one line, and a schema without words is refused', () => {
  assert.equal(shapeOf(v.object({ ok: v.literal(true) })), '{ ok: true }')
  assert.throws(() => shapeOf(v.date()), /no words for a schema of type date/)
})
