import { readEnvFile } from './env-file.ts'
import { moveAddresses, readPorts } from './ports.ts'

/**
 * What a command finds set: the environment, and below it `.dev.vars` of this folder, with the ports that the
 * environment moves.
 */
export function commandVariables(): Record<string, string | undefined> {
  const file = readEnvFile('.dev.vars')
  return { ...file, ...moveAddresses(file, readPorts(process.env)), ...process.env }
}
