import { type ParseArgsConfig, parseArgs } from 'node:util'

type Parsed<Config extends ParseArgsConfig> = ReturnType<typeof parseArgs<Config>>

/**
 * What a command was started with.
 *
 * @param command of package.json
 * @throws Error of one sentence for what it does not take, and where to read what it does
 */
export function givenOptions<const Config extends ParseArgsConfig>(
  command: string,
  config: Config,
): Parsed<Config> {
  try {
    return parseArgs(config)
  } catch (error) {
    // Node goes on to say how one would write it were it no option.
    const [sentence] = (error as Error).message.split('. ')
    throw new Error(`${sentence}. "npm run ${command} -- --help" lists what there is.`)
  }
}
