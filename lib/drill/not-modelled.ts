import { BAD_INPUT_EXIT_CODE } from '../bad-input';

/**
 * Something that matters to the verdict and that the drill does not model. It stops the drill: a verdict that left it
 * out would be a guess.
 */
export class NotModelled extends Error {
  /**
   * @param what The service, operation, resource or behaviour, with the place that needs it.
   */
  constructor(readonly what: string) {
    super(`not modelled: ${what}`);
    this.name = 'NotModelled';
  }
}

/** Runs a command: what is not modelled becomes one message and the exit code of bad input. */
export async function refuseNotModelled(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!(error instanceof NotModelled)) throw error;
    process.stderr.write(`${error.message}\n`);
    return BAD_INPUT_EXIT_CODE;
  }
}
