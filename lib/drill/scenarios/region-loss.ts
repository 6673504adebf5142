import type { Fault } from '../faults/fault';
import type { Scenario } from './scenario';

/** How long the Region stays away, in seconds: longer than anything about the loss itself takes. */
const DURATION_SECONDS = 3600;

/**
 * A whole Region goes dark at once and comes back after an hour: requests to its APIs get no answer at all, not even a refusal, and
 * nothing runs, is read, written or replicated there. No outage of the catalogue was like this; it is the worst that the others add
 * up to, and the hardest for clients, who must wait before they know.
 */
export function regionLoss(struckRegion: string): Scenario {
  return {
    id: 'region-loss',
    title: `${struckRegion} goes dark: nothing in it answers`,
    struckRegions: [struckRegion],
    startMs: Date.parse('2026-01-01T00:00:00Z'),
    durationSeconds: DURATION_SECONDS,
    phases: [{ id: 'p1', startSeconds: 0, endSeconds: DURATION_SECONDS }],
    faultsIn: (_assembly, strikeMs, limitMs) => ({
      faults: EFFECTS.map(({ target, kind }) => faultOf(target, kind, struckRegion, strikeMs, limitMs)),
      reach: EFFECTS.map(({ target, why }) => ({ phaseId: 'p1', service: target, outcome: 'modelled', why })),
    }),
  };
}

type Effect = Pick<Fault, 'target' | 'kind'> & { readonly why: string };

const EFFECTS: readonly Effect[] = [
  { target: 'network', kind: 'error', why: 'no answer, 100 %' },
  { target: 'api-gateway', kind: 'error', why: 'unavailable, 100 %' },
  { target: 'lambda', kind: 'error', why: 'unavailable, 100 %' },
  { target: 'dynamodb', kind: 'error', why: 'unavailable, 100 %' },
  { target: 'dynamodb-replication', kind: 'delay', why: 'replication held' },
  { target: 's3', kind: 'error', why: 'unavailable, 100 %' },
  { target: 'ssm', kind: 'error', why: 'unavailable, 100 %' },
  { target: 'scheduler', kind: 'error', why: 'unavailable, 100 %' },
  { target: 'cloudwatch', kind: 'error', why: 'unavailable, 100 %' },
];

function faultOf(
  target: Fault['target'],
  kind: Fault['kind'],
  region: string,
  strikeMs: number,
  limitMs: number,
): Fault {
  const courseEndMs = strikeMs + 1000 * DURATION_SECONDS;
  return {
    phaseId: 'p1',
    target,
    region,
    startMs: strikeMs,
    endMs: Math.min(courseEndMs, strikeMs + limitMs),
    courseEndMs,
    kind,
    share: 1,
    pattern: 'steady',
  };
}
