/**
 * The rooms of the project and who may import whom. To find a room by eye: ARCHITECTURE.md. A file belongs to the room with the
 * longest pattern that fits it; `*` stands for one part of a path. Every file under `src/` has a room.
 */
export interface Room {
  name: string
  /** Files (exact paths) and folders (with `/` at the end). */
  holds: readonly string[]
  /** Rooms it may import; itself always. */
  mayImport: readonly string[]
  /** Packages it may import; `node:*` stands for all of Node but its SQLite. */
  packages: readonly string[]
}

/** The import table. What is not in it is refused. */
export const rooms: readonly Room[] = [
  // Rules and words: no input or output, no clock, no chance.
  { name: 'core', holds: ['src/core/'], mayImport: ['core hashing'], packages: [] },
  { name: 'core hashing', holds: ['src/core/fingerprint.ts'], mayImport: [], packages: ['node:crypto'] },

  // What several programs share.
  { name: 'api', holds: ['src/api/'], mayImport: ['core', 'core hashing'], packages: ['valibot'] },
  {
    name: 'transfer',
    holds: ['src/transfer/'],
    mayImport: ['collector contract', 'core', 'core hashing', 'api'],
    packages: ['node:*', 'valibot'],
  },

  // What stages, and the collector's own program, know of bringing results home.
  { name: 'collector contract', holds: ['src/transfer/collector.ts'], mayImport: ['core', 'api', 'transfer'], packages: [] },

  // The daemon. Contracts are what stages know of the world outside.
  {
    name: 'contracts',
    holds: ['src/daemon/sources/source.ts', 'src/daemon/providers/provider.ts', 'src/daemon/projections/projector.ts'],
    mayImport: ['core', 'api', 'transfer'],
    packages: [],
  },
  {
    name: 'deps',
    holds: ['src/daemon/deps.ts'],
    mayImport: ['collector contract', 'core', 'contracts', 'ledger', 'attempt folders'],
    packages: [],
  },
  {
    name: 'attempt folders',
    holds: ['src/daemon/attempt-folders.ts'],
    mayImport: ['core', 'api'],
    packages: ['node:*', 'valibot'],
  },
  { name: 'assignments', holds: ['src/daemon/build-assignment.ts'], mayImport: ['core', 'api', 'deps', 'ledger'], packages: [] },
  {
    name: 'ledger',
    holds: ['src/daemon/ledger/'],
    mayImport: ['collector contract', 'core', 'core hashing', 'contracts', 'api', 'transfer', 'attempt folders'],
    packages: ['kysely', 'node:sqlite', 'node:*', 'valibot'],
  },
  { name: 'fetch', holds: ['src/daemon/fetch/'], mayImport: ['core'], packages: ['undici', 'node:*', 'valibot'] },
  {
    name: 'sources',
    holds: ['src/daemon/sources/'],
    mayImport: ['core', 'core hashing', 'contracts', 'fetch'],
    packages: ['node:*', 'valibot'],
  },
  {
    name: 'providers',
    holds: ['src/daemon/providers/'],
    mayImport: ['core', 'core hashing', 'api', 'contracts', 'fetch', 'transfer'],
    packages: ['node:*', 'valibot', 'openapi-fetch'],
  },
  {
    name: 'collectors',
    holds: ['src/daemon/collectors/'],
    mayImport: ['collector contract', 'core', 'core hashing', 'api', 'contracts', 'transfer', 'ledger'],
    packages: ['node:*', 'valibot'],
  },
  {
    name: 'projections',
    holds: ['src/daemon/projections/'],
    mayImport: ['core', 'core hashing', 'contracts', 'ledger'],
    packages: ['node:*', 'kysely'],
  },
  { name: 'plans', holds: ['src/daemon/stages/*/plan.ts'], mayImport: ['core'], packages: [] },
  {
    name: 'stages',
    holds: ['src/daemon/stages/'],
    mayImport: [
      'collector contract',
      'core',
      'core hashing',
      'api',
      'plans',
      'deps',
      'contracts',
      'ledger',
      'attempt folders',
      'assignments',
    ],
    packages: ['node:crypto'],
  },
  {
    name: 'http',
    holds: ['src/daemon/http/'],
    mayImport: [
      'collector contract',
      'core',
      'core hashing',
      'api',
      'ledger',
      'contracts',
      'deps',
      'plans',
      'stages',
      'projections',
    ],
    packages: ['hono', '@hono/node-server', 'valibot', 'node:*'],
  },
  { name: 'lock', holds: ['src/daemon/daemon-lock.ts'], mayImport: ['core'], packages: ['node:sqlite', 'node:*', 'valibot'] },
  {
    name: 'settings',
    holds: ['src/daemon/settings/', 'src/daemon/config.ts'],
    mayImport: ['core', 'core hashing', 'deps'],
    packages: ['smol-toml', 'valibot', 'node:*'],
  },
  // What every program that makes a home needs.
  { name: 'folders', holds: ['src/daemon/settings/make-folder.ts'], mayImport: ['core'], packages: ['node:*'] },
  {
    name: 'backup',
    holds: ['src/daemon/backup/'],
    mayImport: ['core', 'ledger', 'lock', 'settings', 'folders'],
    packages: ['node:*', 'valibot'],
  },
  {
    name: 'doctor',
    holds: ['src/daemon/doctor/'],
    mayImport: ['core', 'settings', 'deps', 'ledger', 'lock', 'fetch', 'sources', 'contracts', 'outbound', 'providers'],
    packages: ['node:*'],
  },
  // The provider against the ledger, or against its own tags, outside of the loop.
  {
    name: 'patrol',
    holds: ['src/daemon/patrol/'],
    mayImport: [...['core', 'contracts', 'deps', 'ledger', 'plans', 'stages', 'lock', 'settings', 'fetch', 'providers']],
    packages: ['node:*'],
  },
  // What people are told: by webhook, by mail.
  {
    name: 'notify',
    holds: ['src/daemon/notify/'],
    mayImport: ['core', 'deps', 'ledger', 'fetch', 'settings'],
    packages: ['node:*'],
  },
  { name: 'outbound', holds: ['src/daemon/outbound-of.ts'], mayImport: ['settings', 'fetch'], packages: [] },
  // The only room that wires: it knows them all, and none of them knows it.
  {
    name: 'daemon main',
    holds: ['src/daemon/'],
    mayImport: [
      'collector contract',
      'core',
      'core hashing',
      'api',
      'transfer',
      'contracts',
      'deps',
      'attempt folders',
      'assignments',
      'ledger',
      'fetch',
      'sources',
      'providers',
      'collectors',
      'projections',
      'plans',
      'stages',
      'http',
      'lock',
      'settings',
      'folders',
      'backup',
      'outbound',
      'notify',
    ],
    packages: ['@hono/node-server', 'node:*'],
  },

  // The other programs.
  {
    name: 'agent',
    holds: ['src/agent/'],
    mayImport: ['core', 'core hashing', 'api', 'transfer'],
    packages: ['valibot', 'node:*'],
  },
  {
    name: 'collector',
    holds: ['src/collector/'],
    mayImport: ['collector contract', 'core', 'core hashing', 'api', 'transfer', 'lock'],
    packages: ['valibot', 'node:*'],
  },
  {
    name: 'rehearsal',
    holds: ['src/rehearsal/'],
    mayImport: ['core', 'core hashing'],
    packages: ['node:*', 'valibot', 'hono', '@hono/node-server'],
  },
  {
    name: 'cli',
    holds: ['src/cli/'],
    mayImport: ['core', 'api', 'cli door', 'cli programs', 'folders'],
    packages: ['commander', 'node:*', 'valibot'],
  },
  // The one file that opens the client: in this process over the ledger file, or by HTTP.
  {
    name: 'cli door',
    holds: ['src/cli/open-client.ts'],
    mayImport: ['core', 'api', 'cli', 'daemon main', 'settings'],
    packages: ['node:*'],
  },
  // Verbs that are programs of their own: they do not ask a daemon, they are one, or work on the files of the home.
  {
    name: 'cli programs',
    holds: [
      'src/cli/commands/up.ts',
      'src/cli/commands/heartbeat.ts',
      'src/cli/commands/demo.ts',
      'src/cli/demo-cloud.ts',
      'src/cli/commands/collect.ts',
      'src/cli/commands/init.ts',
      'src/cli/commands/config.ts',
      'src/cli/commands/doctor.ts',
      'src/cli/commands/backup.ts',
      'src/cli/commands/restore.ts',
      'src/cli/patrol/',
    ],
    mayImport: [
      ...['core', 'api', 'cli', 'cli door', 'daemon main', 'settings', 'folders', 'backup', 'doctor', 'patrol', 'fetch'],
      ...['rehearsal', 'collector'],
    ],
    packages: ['commander', 'node:*'],
  },
  { name: 'tooling', holds: ['tooling/'], mayImport: ['core', 'api', 'settings'], packages: ['esbuild', 'typescript', 'node:*'] },
]

/** Files that may import whatever they like: they are the ones that look. */
export const free: readonly string[] = ['test/', 'bench/', 'pipelines/']
