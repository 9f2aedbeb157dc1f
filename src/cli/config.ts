/** The environment of this program, read once: everything below gets it handed in. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return { ...process.env }
}
