import { markIn } from './probe-answer';
import type { Address, ProbeClient } from './probe-client';
import type { TimeLeft } from './time-left';

/** Looks at a mark that is not there yet. */
const LOOKS = 3;

/** Time between two looks, in milliseconds: what replication between Regions takes as a rule. */
const LOOK_AGAIN_MS = 2_000;

/** A mark that was left in one Region and is looked for in another. */
export interface Crossing {
  /** Where to look. */
  readonly to: Address;
  readonly probeId: string;
  /**
   * The mark left last, the time of its writing, ISO 8601.
   *
   * @default - none was left
   */
  readonly mark: string | undefined;
}

/**
 * How old the newest mark is that has crossed, in seconds: a few when replication keeps up, and ever more when it stands
 * still. Nothing when no mark was left this minute, as then its absence says nothing, or none could be read.
 *
 * Marks carry the time of their writing by the judge's own clock, so no two clocks are compared.
 */
export async function lagOf(client: ProbeClient, crossing: Crossing, time: TimeLeft): Promise<number | undefined> {
  const { to, probeId, mark } = crossing;
  if (mark === undefined) return undefined;
  let seen: string | undefined;
  for (let look = 1; look <= LOOKS && !time.isOver; look += 1) {
    if (look > 1) await wait(LOOK_AGAIN_MS);
    seen = markIn(await client.read(to, probeId, time.requestMs)) ?? seen;
    if (seen === mark) break;
  }
  const writtenMs = Date.parse(seen ?? '');
  return Number.isNaN(writtenMs) ? undefined : Math.max(0, Date.now() - writtenMs) / 1_000;
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
