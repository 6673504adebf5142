import { gives, knowsNone, regionIn } from './probe-answer';
import type { Answering, ProbeClient } from './probe-client';
import type { ProbingProps } from './probing';
import { Tally } from './tally';
import type { TimeLeft } from './time-left';

/** The name that all Regions share, to be probed. */
export interface SharedName {
  readonly host: string;
  readonly probeId: string;
}

/** What is known of the shared name after a minute's round. */
export interface SharedFinding {
  readonly tally: Tally;
  /**
   * Region that served it.
   *
   * @default - none did
   */
  readonly servedBy?: string | undefined;
}

/**
 * Probes the shared name by a write and a read, as DNS leads this Region's clients.
 *
 * A signature holds in one Region, so the name is first asked where it leads. If it leads elsewhere a moment later, the
 * Region there refuses; then it is asked once more and the request repeated.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export async function probeSharedName(props: ProbingProps, { host, probeId }: SharedName): Promise<SharedFinding> {
  const { client, time, standards } = props;
  const tally = new Tally();
  let region = await regionBehind(client, host, time);
  if (region === undefined) {
    tally.count(undefined, false, standards.slowMilliseconds);
    return { tally };
  }
  const ask = async (send: (region: string) => Answering): Answering => {
    const answer = await send(region as string);
    if (answer?.status !== 403) return answer;
    region = (await regionBehind(client, host, time)) ?? region;
    return send(region as string);
  };

  const mark = new Date().toISOString();
  const written = await ask((region) => client.write({ host, region }, probeId, mark, time.requestMs));
  const read = await ask((region) => client.read({ host, region }, probeId, time.requestMs));
  const isWritten = gives(written, { mark });
  const isRead = gives(read, {});
  tally.count(written, isWritten, standards.slowMilliseconds);
  tally.count(read, isRead || knowsNone(read), standards.slowMilliseconds);
  const served = isWritten ? written : isRead ? read : undefined;
  return { tally, servedBy: regionIn(served) };
}

/** Region that a name leads to; it says so whether it is healthy or not. */
async function regionBehind(client: ProbeClient, host: string, time: TimeLeft): Promise<string | undefined> {
  return regionIn(await client.health(host, time.requestMs));
}
