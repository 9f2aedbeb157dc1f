/** Where the machine's programs are looked for. Programs that only root needs are on few people's own path. */
export const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
