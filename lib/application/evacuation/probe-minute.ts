import type { JudgeSettings } from './judge-environment';
import type { ProbeClient } from './probe-client';
import { type Effort, type Finding, probe, type Target } from './probing';
import { lagOf } from './replication-lag';
import { probeSharedName, type SharedFinding } from './shared-name';
import { TimeLeft } from './time-left';

/** Time for all of a minute's probing, in milliseconds. Leaves the function's other calls 20 s of its 55. */
export const PROBING_LIMIT_MS = 35_000;

/** Rounds of a calm minute at the ward. */
const WARD_ROUNDS = 4;

/** Rounds at most at a Region that fails, when a decision hangs on it: 40 requests, of which 5 % are two. */
const MOST_ROUNDS = 20;

/** Which names to probe, and by which measure. */
export interface Probed {
  /** Region of the judge. */
  readonly region: string;
  /** Region it judges. */
  readonly ward: string;
  /** Host name that every Region shares; each also answers on `<region>.<recordName>`. */
  readonly recordName: string;
  /** Whether a Region must give what was written there just before. */
  readonly readsOwnWrites: boolean;
  readonly settings: JudgeSettings;
}

/** What a minute's probing found. */
export interface ProbedMinute {
  readonly judge: Finding;
  readonly ward: Finding;
  readonly shared: SharedFinding;
  /** How far replication is behind from judge to ward and back, in seconds; nothing where it could not be seen. */
  readonly lagsSeconds: readonly (number | undefined)[];
}

/**
 * What is known of the ward before the minute.
 *
 * - `settled`: nothing but its return hangs on the minute;
 * - `trusted`: it may be evacuated, and has not just failed;
 * - `suspect`: it may be evacuated, and has failed the minute before.
 */
export type Stake = 'settled' | 'trusted' | 'suspect';

/**
 * Probes the judge's own Region, the ward and the shared name for a minute, by writes and reads under identifiers that no
 * other judge uses.
 *
 * The ward is probed the more the more hangs on it: of forty requests, a share of one in ten that fail is told from none
 * in three minutes out of four, of eight in one out of two. A ward that failed the minute before has the judge's own Region probed as
 * much: a fault that both share must not look like the ward's alone.
 */
export async function probeMinute(client: ProbeClient, probed: Probed, stake: Stake): Promise<ProbedMinute> {
  const { region, ward, recordName, settings } = probed;
  const props = { client, standards: settings, time: new TimeLeft(PROBING_LIMIT_MS) };
  const own = targetOf(probed, region);
  const other = targetOf(probed, ward);
  const wardEffort: Effort = {
    rounds: WARD_ROUNDS,
    mostRounds: stake === 'settled' ? WARD_ROUNDS : MOST_ROUNDS,
    isSuspect: stake === 'suspect',
  };

  const [judgeFinding, wardFinding, shared] = await Promise.all([
    probe(props, own, { rounds: 1, mostRounds: MOST_ROUNDS, isSuspect: wardEffort.isSuspect }),
    probe(props, other, wardEffort),
    probeSharedName(props, { host: recordName, probeId: `${region}-global` }),
  ]);
  // Of a Region that fails it is not known whether it lacks a mark or only an answer.
  const lagsSeconds =
    judgeFinding.fails || wardFinding.fails
      ? [undefined, undefined]
      : await Promise.all([
          lagOf(client, { to: other, probeId: own.probeId, mark: judgeFinding.mark }, props.time),
          lagOf(client, { to: own, probeId: other.probeId, mark: wardFinding.mark }, props.time),
        ]);
  return { judge: judgeFinding, ward: wardFinding, shared, lagsSeconds };
}

function targetOf({ region: judge, recordName, readsOwnWrites }: Probed, region: string): Target {
  return { region, host: `${region}.${recordName}`, probeId: `${judge}-${region}`, readsOwnWrites };
}
