/** A schema of Valibot, as far as its shape is concerned. */
interface Described {
  type: string
  entries?: Record<string, Described>
  item?: Described
  items?: Described[]
  key?: Described
  value?: Described
  options?: unknown[]
  literal?: unknown
  wrapped?: Described
  pipe?: Described[]
}

/** The shape of what fits a schema, written as TypeScript writes types. */
export function shapeOf(schema: unknown, indent = ''): string {
  const { type, ...rest } = schema as Described
  switch (type) {
    case 'object':
    case 'strict_object':
      return objectShape(rest.entries ?? {}, indent)
    case 'array':
      return `${grouped(shapeOf(rest.item, indent))}[]`
    case 'tuple':
      return `[${(rest.items ?? []).map(part => shapeOf(part, indent)).join(', ')}]`
    case 'record':
      return `{ [name: string]: ${shapeOf(rest.value, indent)} }`
    case 'picklist':
      return (rest.options ?? []).map(option => JSON.stringify(option)).join(' | ')
    case 'union':
    case 'variant':
      return (rest.options ?? []).map(option => shapeOf(option, indent)).join(' | ')
    case 'literal':
      return JSON.stringify(rest.literal)
    case 'nullable':
      return `${shapeOf(rest.wrapped, indent)} | null`
    case 'optional':
      return shapeOf(rest.wrapped, indent)
    default:
      return plainShape(type)
  }
}

function plainShape(type: string): string {
  if (['string', 'number', 'boolean', 'unknown', 'any', 'null'].includes(type)) return type
  throw new Error(`no words for a schema of type ${type}; add them here`)
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
