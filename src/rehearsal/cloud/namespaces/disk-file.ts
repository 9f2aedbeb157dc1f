/** A file that lies on a machine's disk before it boots; `path` is absolute, within the machine. */
export type DiskFile =
  | {
      path: string
      content: string | Uint8Array
      /** `0o644` when not given. */
      mode?: number
    }
  | {
      path: string
      /** Where this symbolic link leads. */
      leadsTo: string
    }
