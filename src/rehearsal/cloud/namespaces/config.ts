/** The environment that this program was started with, for commands that are to have the same. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env
}
