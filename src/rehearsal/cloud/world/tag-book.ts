/** The tags of an account. They are case-stable: a tag keeps the spelling it was first given. */
export class TagBook {
  private readonly spelling = new Map<string, string>()

  /** The tag in its first spelling; makes it when it is new. */
  make(tag: string): string {
    const known = this.spelling.get(tag.toLowerCase())
    if (known !== undefined) return known
    this.spelling.set(tag.toLowerCase(), tag)
    return tag
  }

  /** The tag in its first spelling; undefined when there is none. */
  find(tag: string): string | undefined {
    return this.spelling.get(tag.toLowerCase())
  }

  remove(tag: string): void {
    this.spelling.delete(tag.toLowerCase())
  }

  all(): string[] {
    return [...this.spelling.values()]
  }
}

/** Whether a text may be a tag: letters, digits, `_`, `-` and `:`, at most 255 of them. */
export function isTag(text: string): boolean {
  return text.length <= 255 && /^[a-zA-Z0-9_\-:]+$/.test(text)
}
