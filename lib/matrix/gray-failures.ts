import type { Fault, FaultTarget } from '../drill/faults/fault';
import { merge, type Span } from '../drill/faults/fault-plan';
import type { PhaseReach } from '../drill/faults/outage-faults';
import type { WorldResult } from '../drill/run-world';

/** A phase that failed for a part of a Region's requests only, or made them slow, and who saw it. */
export interface GrayFailure {
  readonly phaseId: string;
  readonly region: string;
  /** What was struck, and how. */
  readonly what: string;
  /** Seconds of the phase in which nothing in the Region failed entirely, so that nothing else gave it away. */
  readonly seconds: number;
  /** Share of these in which endpoint checks said that the Region is unhealthy. */
  readonly endpointCheckShare: number;
  /** Share of these in which its switch kept the Region, or a part of its clients, out of DNS. */
  readonly switchShare: number;
  /** Share of the operations in that time that failed for it. */
  readonly failedShare: number;
  readonly caughtBy: CaughtBy;
}

/**
 * Who caught a gray failure: whoever kept the Region out of DNS for half of the time at least. `in-part`: one did, but for less; `nobody-had-to`:
 * nobody did, and too few operations failed to matter; `nobody`: nobody did.
 */
export type CaughtBy = 'endpoint-checks' | 'judge' | 'in-part' | 'nobody-had-to' | 'nobody';

/** What a gray failure is looked for in. */
export interface GrayFailureProps {
  /** Faults of the replay, in milliseconds since the strike. */
  readonly faults: readonly Fault[];
  readonly reach: readonly PhaseReach[];
  /** Struck Regions that serve clients. */
  readonly regions: readonly string[];
  readonly durationSeconds: number;
  readonly result: Pick<WorldResult, 'seenByEndpointChecks' | 'evacuations' | 'causes' | 'clients'>;
}

/** Places that requests pass. */
const PASSED: ReadonlySet<FaultTarget> = new Set<FaultTarget>([
  'api-gateway',
  'dynamodb',
  'lambda',
  'lambda-starts',
  'network',
  'resolver',
  's3',
  'ssm',
]);

/** Share of the time for which a Region must be out of DNS to count as caught. */
const CAUGHT = 0.5;

/** Share of operations that may fail before somebody has to see it. */
const TOLERABLE = 0.01;

/** The gray failures of a replay, in the order of the phases. */
export function grayFailures(props: GrayFailureProps): readonly GrayFailure[] {
  const { faults, regions } = props;
  const phaseIds = [...new Set(faults.map(({ phaseId }) => phaseId))];
  return phaseIds.flatMap((phaseId) => regions.flatMap((region) => grayFailureOf(props, phaseId, region) ?? []));
}

function grayFailureOf(
  { faults, reach, durationSeconds, result }: GrayFailureProps,
  phaseId: string,
  region: string,
): GrayFailure | undefined {
  const here = faults.filter((fault) => fault.region === region && PASSED.has(fault.target));
  const own = here.filter((fault) => fault.phaseId === phaseId);
  if (own.length === 0 || own.some(isTotal)) return undefined;
  const alone = without(merge(own), merge(here.filter(isTotal)));
  const seconds = secondsOf(alone);
  if (seconds === 0) return undefined;
  const shareIn = (spans: readonly { readonly region: string }[]): number =>
    secondsOf(common(alone, inMs(spans, region))) / seconds;
  const failed = result.causes.reduce(
    (sum, cause) => sum + (cause.phaseId === phaseId && cause.region === region ? cause.operations : 0),
    0,
  );
  const shares = {
    endpointCheckShare: shareIn(result.seenByEndpointChecks),
    switchShare: shareIn(result.evacuations),
    failedShare: failed / Math.max(1, (result.clients.requests * seconds) / durationSeconds),
  };
  const services = reach.filter((service) => service.phaseId === phaseId && service.outcome === 'modelled');
  const what = services.map(({ service, why }) => `${service}: ${why}`).join('; ');
  return { phaseId, region, what, seconds, ...shares, caughtBy: caughtBy(shares) };
}

function caughtBy({
  endpointCheckShare,
  switchShare,
  failedShare,
}: Pick<GrayFailure, 'endpointCheckShare' | 'switchShare' | 'failedShare'>): CaughtBy {
  if (endpointCheckShare >= CAUGHT) return 'endpoint-checks';
  if (switchShare >= CAUGHT) return 'judge';
  if (failedShare < TOLERABLE) return 'nobody-had-to';
  return endpointCheckShare + switchShare > 0 ? 'in-part' : 'nobody';
}

/** Whether everything that passes the place fails, from beginning to end. */
function isTotal({ kind, share, pattern, operations, peers, resources }: Fault): boolean {
  const isPart = operations !== undefined || peers !== undefined || resources !== undefined;
  return (kind === 'error' || kind === 'name') && share >= 1 && pattern === 'steady' && !isPart;
}

function inMs(spans: readonly object[], region: string): readonly Span[] {
  const own = (spans as WorldResult['evacuations']).filter((span) => span.region === region);
  return merge(
    own.map(({ fromSeconds, toSeconds }) => ({
      startMs: 1000 * fromSeconds,
      endMs: toSeconds === null ? Number.MAX_SAFE_INTEGER : 1000 * toSeconds,
    })),
  );
}

/** What spans have in common with others; both merged. */
function common(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  return spans.flatMap((span) =>
    others.flatMap((other) => {
      const startMs = Math.max(span.startMs, other.startMs);
      const endMs = Math.min(span.endMs, other.endMs);
      return startMs < endMs ? [{ startMs, endMs }] : [];
    }),
  );
}

/** What is left of spans without others; both merged. */
function without(spans: readonly Span[], others: readonly Span[]): readonly Span[] {
  return spans.flatMap(({ startMs, endMs }) => {
    const edges = common([{ startMs, endMs }], others);
    const starts = [startMs, ...edges.map((edge) => edge.endMs)];
    const ends = [...edges.map((edge) => edge.startMs), endMs];
    return starts.flatMap((start, index) => {
      const end = ends[index] ?? endMs;
      return start < end ? [{ startMs: start, endMs: end }] : [];
    });
  });
}

function secondsOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / 1000, 0);
}
