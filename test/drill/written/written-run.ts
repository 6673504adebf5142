import { createHash } from 'node:crypto';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { World } from '../../../lib/drill/world/world';
import { geography } from '../dns/records';
import { drillContext, fault } from '../drill-context';
import { HOST, type WrittenService, writeService } from './written-service';

/** Calendar time of virtual time zero: 2025-10-20T06:48:00Z. */
const EPOCH_MS = Date.UTC(2025, 9, 20, 6, 48);

/** Virtual time of a run, in milliseconds. */
const RUN_MS = 420_000;

/** What breaks in a run: an endpoint's name, its answers, a function, and what replicas tell each other. */
const FAULTS: readonly Fault[] = [
  fault({ target: 'dynamodb', region: 'us-east-2', kind: 'name', startMs: 60_000, endMs: 120_000 }),
  fault({ target: 'dynamodb', region: 'us-west-2', share: 0.8, startMs: 150_000, endMs: 240_000 }),
  fault({ target: 'lambda', region: 'us-east-2', startMs: 200_000, endMs: 300_000 }),
  fault({
    target: 'dynamodb-replication',
    region: 'us-west-2',
    kind: 'delay',
    delayMs: 1,
    startMs: 310_000,
    endMs: 330_000,
  }),
];

/** What a run leaves behind. */
export interface WrittenRun {
  readonly sha256: string;
  readonly log: string;
  /** Everything that functions printed. */
  readonly output: string;
}

/** What may differ between two runs that must leave the same. */
export interface WrittenRunOptions {
  /** @default '7' */
  readonly seed?: string;
  /** @default true */
  readonly shortCut?: boolean;
  /** @default - the service as it is written */
  readonly service?: WrittenService;
}

/**
 * Runs the written service through its faults: clients ask by the name, at moments of their own, for all it does; every answer, vote
 * and status is in the log.
 */
export async function runWritten({
  seed = '7',
  shortCut = true,
  service,
}: WrittenRunOptions = {}): Promise<WrittenRun> {
  let log = '';
  let output = '';
  const onLog = (text: string): void => {
    log += text;
  };
  const context = drillContext({ faults: FAULTS, seed, epochMs: EPOCH_MS, onLog });
  const { scheduler, random } = context;
  const world = await World.build(writeService(service), context, {
    shortCut,
    onOutput: (label, text) => {
      output += `${label} ${text}`;
    },
  });
  const { route53 } = world;
  let answers = '';
  const write = (event: string, ...fields: (string | number)[]): void => {
    answers += `${scheduler.nowMs.toFixed(3)} ${event} ${fields.join(' ')}\n`;
  };
  route53.onVote(({ checkerRegion, healthyVotes, check }) => write('vote', check.id, checkerRegion, healthyVotes));
  route53.onStatusChange(({ check, healthy, publishedMs }) => write('status', check.id, String(healthy), publishedMs));
  const clients = random.fork('clients');
  const ask = async (number: number): Promise<void> => {
    const { record } = route53.answer(
      HOST,
      'A',
      geography(clients.chance(0.5) ? 'us-east' : 'us-west'),
      scheduler.nowMs,
    );
    const region = record?.region ?? 'nowhere';
    const parcel = `/parcels/p-${clients.index(number + 1)}`;
    const body = JSON.stringify({ driverId: `d-${number % 7}` });
    const [method, path] = clients.weighted([
      [['PUT', `/parcels/p-${number}`], 4],
      [['POST', parcel], 3],
      [['GET', parcel], 3],
      [['GET', `/routes/d-${number % 7}`], 1],
    ] as const);
    const answer = await world.ask(region, { method, path, host: HOST, ...(method === 'PUT' ? { body } : {}) });
    write('answer', region, method, path, answer.status, answer.body);
  };
  world.start();
  let number = 0;
  for (let atMs = 0; atMs < RUN_MS; atMs += clients.exponential(1000)) {
    const current = number++;
    scheduler.at(atMs, () => scheduler.spawn(ask(current)));
  }
  await scheduler.run(RUN_MS);
  world.stop();
  context.log.sha256();
  const text = log + answers;
  return { sha256: createHash('sha256').update(text).digest('hex'), log: text, output };
}
