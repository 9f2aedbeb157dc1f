import ts from 'typescript'
import type { SourceText } from './check-imports.ts'

/** The most lines of a file, tests too. */
export const mostFileLines = 300
/** The most lines of a function; tests and benches are free. */
export const mostFunctionLines = 60

/** Files and functions that are too long, a line each. */
export function sizeFaults(files: readonly SourceText[]): string[] {
  return files.flatMap(file => {
    const lines = file.text.replace(/\n$/, '').split('\n').length
    const long = lines > mostFileLines ? [`${file.path}: ${lines} lines, at most ${mostFileLines}`] : []
    return mayHaveLongFunctions(file.path) ? long : [...long, ...functionFaults(file)]
  })
}

function mayHaveLongFunctions(path: string): boolean {
  return !path.endsWith('.ts') || path.endsWith('.test.ts') || /^(test|bench)\//.test(path)
}

function functionFaults({ path, text }: SourceText): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (at: ts.Node): void => {
    if (isFunction(at)) {
      const first = source.getLineAndCharacterOfPosition(at.getStart(source)).line
      const last = source.getLineAndCharacterOfPosition(at.getEnd()).line
      const lines = last - first + 1
      if (lines > mostFunctionLines)
        found.push(`${path}:${first + 1}: a function of ${lines} lines, at most ${mostFunctionLines}`)
    }
    ts.forEachChild(at, visit)
  }
  visit(source)
  return found
}

function isFunction(at: ts.Node): boolean {
  return (
    ts.isFunctionDeclaration(at) ||
    ts.isFunctionExpression(at) ||
    ts.isArrowFunction(at) ||
    ts.isMethodDeclaration(at) ||
    ts.isConstructorDeclaration(at) ||
    ts.isAccessor(at)
  )
}
