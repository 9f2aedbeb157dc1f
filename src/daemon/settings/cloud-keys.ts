import { key } from './setting.ts'
import { above0, commandLine, listOf, oneOf, text, webAddress, whole } from './setting-kind.ts'

const fileOrNone = text('a file, or "" for none')
const tokenHash = text('64 hexadecimal digits, or "" for none', value => /^([0-9a-f]{64})?$/i.test(value))
const slug = text('a name such as fra1', value => /^[a-z0-9][a-z0-9._-]*$/.test(value))
const dollars = whole(0, 1_000_000)
/** A fingerprint as DigitalOcean shows it (MD5), or the number of a key. */
const sshKey = text('a fingerprint or a number of a key', value => /^(\d+|[0-9a-f]{2}(:[0-9a-f]{2}){15})$/.test(value))

/** Settings of machines that are elsewhere: where they come from, who collects from them, what they may cost, who is told. */
export const cloudKeys = {
  digitalocean: {
    api_url: key(webAddress('needed'), 'https://api.digitalocean.com', "DigitalOcean's API, or what stands for it."),
    token_file: key(
      fileOrNone,
      '',
      'A file with the API token, readable by nobody else; empty: the variable MICROFETCH_DIGITALOCEAN_TOKEN.',
    ),
    regions: key(listOf(slug), ['fra1'], 'Regions where droplets may be made, tried in this order.'),
    sizes: key(
      listOf(slug),
      [],
      'Sizes that may be used, by slug; empty: every ordinary one. The cheapest that a batch fits is taken.',
    ),
    image: key(
      text('a slug or a number of an image', value => /^[A-Za-z0-9._-]+$/.test(value)),
      'debian-12-x64',
      'The image: a slug of DigitalOcean, or the number of a snapshot of your own, which has the tools.',
    ),
    vpc_uuid: key(
      text('the UUID of a VPC, or "" for the default one', value => value === '' || /^[0-9a-f-]{36}$/i.test(value)),
      '',
      'The VPC that droplets join; empty: the default one of the region.',
    ),
    address: key(
      oneOf('public', 'private'),
      'public',
      'Which address of a droplet the collector uses: `private` when it is in the same VPC.',
    ),
    ssh_keys: key(listOf(sshKey), [], 'Keys of people who may log in as root, as they stand in the account; none is needed.'),
    kit_url: key(
      webAddress('optional'),
      '',
      "Where droplets fetch the agent's kit, kept true by its SHA-256; empty: from the daemon at `server.public_url`.",
    ),
    nextflow: key(
      commandLine,
      ['/opt/microfetch/nextflow/nextflow'],
      'The command that starts Nextflow on a droplet; the image has it, or the kit installs it.',
    ),
    disk_reserve_gb: key(whole(1, 1000), 8, 'Disk of a droplet that its system and tools take, in GB.'),
  },
  collector: {
    name: key(
      oneOf('embedded', 'remote'),
      'embedded',
      'Who brings results home: the daemon itself, or `microfetch collect` on another host.',
    ),
    token_hash: key(
      tokenHash,
      '',
      'SHA-256 of the token with which `microfetch collect` asks the daemon (MICROFETCH_COLLECTOR_TOKEN).',
    ),
    public_key: key(
      text('a public ssh key, or "" for none', value => value === '' || /^ssh-ed25519 [A-Za-z0-9+/=]+( .*)?$/.test(value)),
      '',
      "The remote collector's public ssh key, which droplets let in; empty: the daemon's own in `ssh/` of its home.",
    ),
    identity_file: key(fileOrNone, '', "The collector's private ssh key; empty: made in `ssh/` of its home."),
    jump_host: key(
      text('user@host or user@host:port, or "" for none', value => /^([A-Za-z0-9._-]+@)?[A-Za-z0-9.:[\]_-]*$/.test(value)),
      '',
      'A host through which droplets are reached by ssh, as for `ssh -J`; its host key must be known to ssh.',
    ),
    at_once: key(whole(1, 100), 3, 'Transfers at the same time.'),
    bandwidth_kbytes: key(whole(0), 0, 'The most that all transfers together take, in kilobytes a second; 0: all they can.'),
    window: key(
      text('hours of the day in UTC such as 19:00-07:00, or "" for always', value =>
        /^(([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d)?$/.test(value),
      ),
      '',
      'Hours of the day (UTC) in which transfers may begin; empty: always.',
    ),
    quota_gb: key(whole(0), 0, 'The most that the library may hold, in GB; 0: as much as its disk.'),
    file_mode: key(
      text('three octal digits such as 444', value => /^[0-7]{3}$/.test(value)),
      '444',
      'Mode of files in the library; its folders may be entered by whoever may read the files.',
    ),
    group: key(
      text('a group, or "" for none'),
      '',
      'The group that files of the library belong to; empty: as the program that stores them.',
    ),
    silent_seconds: key(
      above0(30 * 86_400),
      7200,
      'Silence of a remote collector after which nothing is created and a person is asked.',
    ),
  },
  spend: {
    month_dollars: key(dollars, 0, 'The most that all machines may cost in a month (UTC), in dollars; 0: no cap.'),
    month_soft_dollars: key(dollars, 0, 'Beyond this no new batch is begun, and retries go on; 0: no such cap.'),
    taxon_dollars: key(dollars, 0, 'The most that one taxon may cost in a month, in dollars; 0: no cap.'),
    collection_hours: key(
      above0(720),
      24,
      'Time that is reserved in money for bringing results home after the deadline of an attempt, in hours.',
    ),
  },
  notify: {
    webhook_url: key(
      webAddress('optional'),
      '',
      'Where what needs a person, and the daily line, is posted as JSON; empty: nowhere.',
    ),
    mail_command: key(commandLine, [], 'A command that is given a mail on its input, such as ["sendmail", "-t"]; empty: none.'),
    mail_to: key(text('a mail address, or "" for none'), '', 'To whom such mails go.'),
    daily_at: key(
      text('a time of day in UTC such as 06:00', value => /^([01]\d|2[0-3]):[0-5]\d$/.test(value)),
      '06:00',
      'When the daily line is told: machines that nobody accounts for, and money spent.',
    ),
  },
} as const
