import { gives, knowsNone } from './probe-answer';
import type { Address, ProbeClient } from './probe-client';
import { Tally } from './tally';
import type { TimeLeft } from './time-left';

/** Rounds at once when there are many. */
const LANES = 8;

/** A Region's own name, to be probed. */
export interface Target extends Address {
  /** Identifier of its probes; further lanes append their number. */
  readonly probeId: string;
  /** Whether a read must give the mark that was written just before. */
  readonly readsOwnWrites: boolean;
}

/** How much to probe. */
export interface Effort {
  /** Rounds of a minute in which nothing fails. */
  readonly rounds: number;
  /** Rounds at most, once something has failed. */
  readonly mostRounds: number;
  /** Whether something has failed the minute before, so that the most rounds are made in any case. */
  readonly isSuspect: boolean;
}

/** When an answer is no good, and when there are too many of these. */
export interface Standards {
  /** Milliseconds after which an answer counts as slow. */
  readonly slowMilliseconds: number;
  /** Share of requests that fail or are slow, above which the target fails. */
  readonly failingShare: number;
}

/** What is known of a target after a minute's rounds. */
export interface Finding {
  readonly tally: Tally;
  /** Whether the target failed this minute. */
  readonly fails: boolean;
  /**
   * The mark left last under the target's probe identifier: the time of its writing, ISO 8601.
   *
   * @default - none was left
   */
  readonly mark?: string | undefined;
}

/** What a round is made with. */
export interface ProbingProps {
  readonly client: ProbeClient;
  readonly standards: Standards;
  readonly time: TimeLeft;
}

/**
 * Probes one Region on its own name, in rounds of a write and a read, one after the other.
 *
 * Four rounds find a Region that is down. Where one in ten requests fails they find something or nothing, and nothing that
 * justifies an evacuation; so after a failure up to the full number follow at once, in several lanes. It ends as soon as
 * no further answer can change the finding: a Region that hangs costs little time.
 */
export async function probe(props: ProbingProps, target: Target, effort: Effort): Promise<Finding> {
  const { time, standards } = props;
  const { rounds, mostRounds, isSuspect } = effort;
  const tally = new Tally();
  const isDecided = () => tally.exceeds(standards.failingShare, 2 * mostRounds) || time.isOver;
  let mark: string | undefined;
  let made = 0;

  do {
    made += 1;
    mark = (await makeRound(props, target, tally, target.probeId)) ?? mark;
  } while (made < rounds && !isDecided());

  const lane = async (number: number): Promise<void> => {
    while (made < mostRounds && !isDecided()) {
      made += 1;
      await makeRound(props, target, tally, `${target.probeId}-${number}`);
    }
  };
  if (tally.isFlawed || isSuspect) await Promise.all(Array.from({ length: LANES }, (_, index) => lane(index + 1)));
  return { tally, fails: tally.exceeds(standards.failingShare, tally.requests), mark };
}

/** @returns the mark that the round left. */
async function makeRound(
  { client, standards, time }: ProbingProps,
  target: Target,
  tally: Tally,
  probeId: string,
): Promise<string | undefined> {
  const { region } = target;
  const mark = new Date().toISOString();
  const written = await client.write(target, probeId, mark, time.requestMs);
  const isWritten = gives(written, { region, mark });
  tally.count(written, isWritten, standards.slowMilliseconds);
  if (time.isOver) return isWritten ? mark : undefined;

  const read = await client.read(target, probeId, time.requestMs);
  const mustGive = isWritten && target.readsOwnWrites;
  const isRead = gives(read, { region, mark: mustGive ? mark : undefined }) || (!mustGive && knowsNone(read));
  tally.count(read, isRead, standards.slowMilliseconds);
  return isWritten ? mark : undefined;
}
