import { Logger } from '@aws-lambda-powertools/logger';

/**
 * The structured logger of the function.
 *
 * Levels, so that a log line means something and a served request costs none:
 * - `error`: a defect of ours, or a stored item that cannot be read, answered with 500 or left out of a list; somebody has to look;
 * - `warn`: the table or the Region did not serve, answered with 503;
 * - `info`: a client was told that its identifier is taken (409), the one refusal that may need an explanation later;
 * - `debug`: every other refusal. A served request writes no line: the gateway's access log already has one.
 *
 * No line carries a request's body, a parcel's recipient or its address.
 */
export function createLogger(): Logger {
  return new Logger();
}
