/** Causes of attention of the whole installation (or its collector) while which no machine is made. */
export const stoppingCauses: ReadonlySet<string> = new Set([
  'library-full',
  'provider-refused',
  'boot-failed',
  'collector-silent',
  'panic',
])
