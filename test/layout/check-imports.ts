import { posix } from 'node:path'
import ts from 'typescript'
import { free, type Room } from './rooms.ts'

/** A source file of the project: its path from the root, and its text. */
export interface SourceText {
  path: string
  text: string
}

/** What of these files breaks the import table, a line each. */
export function importFaults(files: readonly SourceText[], rooms: readonly Room[]): string[] {
  const used = files.filter(file => !isForTests(file.path) && !free.some(folder => file.path.startsWith(folder)))
  return used.flatMap(file => faultsOf(file, rooms))
}

/** Tests, and what lies in a folder `testing/` beside them to help them. */
function isForTests(path: string): boolean {
  return path.endsWith('.test.ts') || path.includes('/testing/') || path.startsWith('test/')
}

function faultsOf({ path, text }: SourceText, rooms: readonly Room[]): string[] {
  const room = roomOf(path, rooms)
  if (room === undefined) return [`${path}: it stands in no room; give it one in test/layout/rooms.ts`]
  return importsOf(path, text).flatMap(specifier => {
    if (!specifier.startsWith('.')) return mayUse(room, specifier) ? [] : [`${path}: ${room.name} may not import ${specifier}`]
    const target = posix.normalize(posix.join(posix.dirname(path), specifier))
    if (isForTests(target)) return [`${path}: imports ${target}, which is only for tests`]
    const other = roomOf(target, rooms)
    if (other === undefined || other === room || room.mayImport.includes(other.name)) return []
    return [`${path}: ${room.name} may not import ${other.name} (${target})`]
  })
}

/** The room with the longest pattern that fits. */
export function roomOf(path: string, rooms: readonly Room[]): Room | undefined {
  let best: { room: Room; length: number } | undefined
  for (const room of rooms) {
    for (const pattern of room.holds) {
      if (fits(path, pattern) && (best === undefined || pattern.length > best.length)) best = { room, length: pattern.length }
    }
  }
  return best?.room
}

function fits(path: string, pattern: string): boolean {
  if (!pattern.includes('*')) return pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern
  const parts = path.split('/')
  const wanted = pattern.split('/')
  return parts.length === wanted.length && wanted.every((part, index) => part === '*' || part === parts[index])
}

function mayUse(room: Room, specifier: string): boolean {
  if (room.packages.includes(specifier)) return true
  if (specifier.startsWith('node:')) return specifier !== 'node:sqlite' && room.packages.includes('node:*')
  return room.packages.some(name => specifier.startsWith(`${name}/`))
}

/** Everything a file imports or re-exports, types and dynamic imports too. */
export function importsOf(path: string, text: string): string[] {
  const found: string[] = []
  const visit = (at: ts.Node): void => {
    const specifier = specifierOf(at)
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(specifier.text)
    ts.forEachChild(at, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest))
  return found
}

function specifierOf(at: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(at) || ts.isExportDeclaration(at)) return at.moduleSpecifier
  if (ts.isImportTypeNode(at) && ts.isLiteralTypeNode(at.argument)) return at.argument.literal
  if (ts.isCallExpression(at) && at.expression.kind === ts.SyntaxKind.ImportKeyword) return at.arguments[0]
  return undefined
}
