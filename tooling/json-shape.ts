/** A schema of Valibot, as far as its shape is concerned. */
interface Described {
  type: string
  entries?: Record<string, Described>
  item?: Described
  value?: Described
  options?: unknown[]
  literal?: unknown
  wrapped?: Described
}

type Writer = (schema: Described, indent: string) => string

const writers: Readonly<Record<string, Writer>> = {
  object: (schema, indent) => objectShape(schema.entries ?? {}, indent),
  strict_object: (schema, indent) => objectShape(schema.entries ?? {}, indent),
  array: (schema, indent) => `${grouped(shapeOf(schema.item, indent))}[]`,
  record: (schema, indent) => `{ [name: string]: ${shapeOf(schema.value, indent)} }`,
  picklist: schema => (schema.options ?? []).map(option => JSON.stringify(option)).join(' | '),
  union: (schema, indent) => (schema.options ?? []).map(option => shapeOf(option, indent)).join(' | '),
  variant: (schema, indent) => (schema.options ?? []).map(option => shapeOf(option, indent)).join(' | '),
  literal: schema => JSON.stringify(schema.literal),
  nullable: (schema, indent) => `${shapeOf(schema.wrapped, indent)} | null`,
  optional: (schema, indent) => shapeOf(schema.wrapped, indent),
  string: () => 'string',
  number: () => 'number',
  boolean: () => 'boolean',
  unknown: () => 'unknown',
}

/** The shape of what fits a schema, written as TypeScript writes types. */
export function shapeOf(schema: unknown, indent = ''): string {
  const described = schema as Described
  const write = writers[described.type]
  if (write === undefined) throw new Error(`no words for a schema of type ${described.type}; add them to tooling/json-shape.ts`)
  return write(described, indent)
}

function objectShape(entries: Record<string, Described>, indent: string): string {
  const inner = `${indent}  `
  const lines = Object.entries(entries).map(([name, schema]) => {
    const mark = schema.type === 'optional' ? '?' : ''
    return `${inner}${name}${mark}: ${shapeOf(schema, inner)}`
  })
  const inLine = `{ ${lines.map(line => line.trim()).join(', ')} }`
  if (lines.length === 0) return '{}'
  return inLine.length + indent.length <= 100 && !inLine.includes('\n') ? inLine : `{\n${lines.join('\n')}\n${indent}}`
}

function grouped(shape: string): string {
  return shape.includes(' | ') && !shape.endsWith('}') ? `(${shape})` : shape
}
