import { digitaloceanProvider } from './digitalocean/digitalocean-provider.ts'
import { localProvider } from './local/local-provider.ts'

/** Where machines can come from, by the name that the settings use. To add one: a folder, a line here, the shared contract suite. */
export const providers = { local: localProvider, digitalocean: digitaloceanProvider } as const
