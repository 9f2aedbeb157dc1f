import { readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { describeError } from '../../core/problem.ts'
import type { SettingValues } from './setting-keys.ts'

/** DigitalOcean as the settings say. */
export interface DigitalOceanSettings {
  apiUrl: string
  /** Undefined while nobody gave one. Never shown. */
  token: string | undefined
  /** Where the token came from, or why there is none. */
  tokenFrom: string
  regions: string[]
  sizes: string[]
  image: string
  vpcUuid: string | undefined
  addressKind: 'public' | 'private'
  sshKeys: string[]
  kitUrl: string | undefined
  nextflow: string[]
  diskReserveBytes: number
}

/** The variable with the token, where no file is set. */
export const tokenVariable = 'MICROFETCH_DIGITALOCEAN_TOKEN'

/** Reads section `digitalocean`; a token that cannot be had is told in `tokenFrom`, and only who needs it refuses. */
export function digitalOceanOf(
  set: SettingValues['digitalocean'],
  tokenFile: string,
  environment: Readonly<Record<string, string | undefined>>,
): DigitalOceanSettings {
  return {
    apiUrl: set.api_url,
    ...readToken(set.token_file === '' ? '' : tokenFile, environment),
    regions: set.regions,
    sizes: set.sizes,
    image: set.image,
    vpcUuid: set.vpc_uuid || undefined,
    addressKind: set.address,
    sshKeys: set.ssh_keys,
    kitUrl: set.kit_url || undefined,
    nextflow: set.nextflow,
    diskReserveBytes: set.disk_reserve_gb * 1e9,
  }
}

function readToken(
  file: string,
  environment: Readonly<Record<string, string | undefined>>,
): Pick<DigitalOceanSettings, 'token' | 'tokenFrom'> {
  if (file === '') {
    const token = environment[tokenVariable]?.trim() ?? ''
    if (token === '') return { token: undefined, tokenFrom: `neither digitalocean.token_file nor ${tokenVariable} is set` }
    return isToken(token)
      ? { token, tokenFrom: tokenVariable }
      : { token: undefined, tokenFrom: `${tokenVariable} holds no token` }
  }
  try {
    if ((statSync(file).mode & 0o077) !== 0 && !isCredential(file, environment['CREDENTIALS_DIRECTORY'])) {
      return { token: undefined, tokenFrom: `${file} can be read by others: chmod 600 ${file}` }
    }
    const token = readFileSync(file, 'utf8').trim()
    return isToken(token) ? { token, tokenFrom: file } : { token: undefined, tokenFrom: `${file} holds no token` }
  } catch (error) {
    return { token: undefined, tokenFrom: `${file} cannot be read: ${describeError(error)}` }
  }
}

// systemd gives a unit its credentials by access lists, which show as rights of the group; nobody else can enter their folder.
function isCredential(file: string, folder: string | undefined): boolean {
  return folder !== undefined && folder !== '' && dirname(file) === folder
}

// What may stand in a header; anything else would be refused there with the token in the message.
function isToken(text: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(text)
}
