/** Paths that a document names in `code` or in a block of code: those that begin with a folder or end like a file of the project. */
export function pathsNamedIn(markdown: string): string[] {
  const code = [...markdown.matchAll(/```[^\n]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(match => match[1] ?? match[2] ?? '').join('\n')
  const words = code.split(/[\s,;()]+/)
  const paths = words.filter(word =>
    /^(src|docs|test|bench|tooling|pipelines)\/|^[A-Z][A-Z]+\.md$|^[a-z-]+\.(json|js|sh|toml|yaml)$/.test(word),
  )
  return [...new Set(paths.filter(path => !/[<>*{}…]/.test(path)).map(path => path.replace(/[.:]$/, '')))]
}

/** Paths that a document names and that do not exist, a line each. */
export function missingPaths(document: string, markdown: string, exists: (path: string) => boolean): string[] {
  return pathsNamedIn(markdown)
    .filter(path => !exists(path))
    .map(path => `${document}: names ${path}, which does not exist`)
}
