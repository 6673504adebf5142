import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import type { EvacuationLease } from '../../../lib/application/evacuation/evacuation-lease';
import { Judge, REPEAT_AFTER_MS, SAME_MINUTE_MS } from '../../../lib/application/evacuation/judge';
import {
  type Hand,
  type Judgement,
  type LeaseAnswer,
  NOTHING_JUDGED,
} from '../../../lib/application/evacuation/judgement';
import { ProbeClient } from '../../../lib/application/evacuation/probe-client';
import { PROBING_LIMIT_MS } from '../../../lib/application/evacuation/probe-minute';
import type { Standing, SwitchParameters } from '../../../lib/application/evacuation/switch-parameters';
import { recordConsole, TEST_CREDENTIALS } from '../dispatch-fixture';
import { ApplicationNames } from './application-names';

const written = recordConsole();

const JUDGE = 'us-west-2';
const WARD = 'us-east-2';

const SETTINGS = {
  failingShare: 0.05,
  slowMilliseconds: 2_000,
  dwellMinutes: 2,
  recoveryMinutes: 10,
  returnMinutes: 10,
  maximumLagSeconds: 60,
};

/** The switch's parameters in memory. */
class FakeParameters implements Pick<SwitchParameters, 'read' | 'keep'> {
  hand: Hand = 'automatic';
  judgement: Judgement = NOTHING_JUDGED;
  isKnown = true;

  async read(): Promise<Standing | undefined> {
    return this.isKnown ? { hand: this.hand, judgement: this.judgement } : undefined;
  }

  async keep(judgement: Judgement): Promise<void> {
    this.judgement = judgement;
  }
}

/** The lease in memory. */
class FakeLease implements Pick<EvacuationLease, 'hold' | 'release'> {
  readonly calls: string[] = [];
  answer: LeaseAnswer['lease'] = 'held';

  async hold(isRenewal: boolean): Promise<LeaseAnswer> {
    this.calls.push(isRenewal ? 'renew' : 'gain');
    return this.answer === 'held' ? { lease: 'held', untilMs: Date.now() + 300_000 } : { lease: this.answer };
  }

  async release(): Promise<void> {
    this.calls.push('release');
  }
}

let names: ApplicationNames;
let parameters: FakeParameters;
let lease: FakeLease;
let judge: Judge;
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-22T09:00:10Z'), doNotFake: ['nextTick', 'setImmediate'] });
  names = new ApplicationNames('api.example.com', [JUDGE, WARD, 'us-east-1']);
  parameters = new FakeParameters();
  lease = new FakeLease();
  const metrics = new Metrics({ namespace: 'dispatch' });
  metrics.clearDefaultDimensions();
  judge = new Judge({
    probed: { region: JUDGE, ward: WARD, recordName: 'api.example.com', readsOwnWrites: true, settings: SETTINGS },
    client: new ProbeClient({ fetch: names.fetch, credentials: () => TEST_CREDENTIALS }),
    parameters: parameters as unknown as SwitchParameters,
    lease: lease as unknown as EvacuationLease,
    logger: new Logger({ serviceName: 'dispatch-judge', logLevel: 'INFO' }),
    metrics,
  });
});
afterEach(() => jest.useRealTimers());

/** Lets a minute pass in which the judge is invoked, and gives the shares that were published, as `first rest`. */
async function minute(lengthMs = 60_000): Promise<string[]> {
  const before = written.lines().length;
  const judged = judge.judgeMinute();
  await jest.advanceTimersByTimeAsync(lengthMs);
  await judged;
  const gauges = written
    .lines()
    .slice(before)
    .filter((line) => 'Evacuated' in line);
  return gauges.flatMap((line, index) =>
    line.Share === 'first' ? [`${line.Evacuated} ${gauges[index + 1]?.Evacuated}`] : [],
  );
}

async function minutes(count: number): Promise<string[]> {
  const published: string[] = [];
  for (let made = 0; made < count; made += 1) published.push(...(await minute()));
  return published;
}

function moves(): unknown[] {
  return written
    .lines()
    .flatMap(({ message, from, to, reason }) => (message === 'ward moved' ? [`${from} ${to} ${reason}`] : []));
}

/** The minutes it takes until the ward is evacuated. */
async function evacuate(): Promise<void> {
  await minutes(2);
  names.region(WARD).condition = 'refusing';
  await minutes(2);
  expect(parameters.judgement.phase).toBe('evacuated');
}

test('publishes that nothing is taken away, every calm minute, and writes no other line', async () => {
  expect(await minutes(3)).toEqual(['0 0', '0 0', '0 0']);
  expect(written.lines().filter((line) => 'message' in line)).toEqual([
    expect.objectContaining({ message: 'ward judged', from: 'in-service', to: 'in-service', reason: 'ward-healthy' }),
  ]);
  expect(lease.calls).toEqual([]);
});

test('takes a failing ward out, lets it return by its first share, and gives the lease back', async () => {
  await minutes(2);
  names.region(WARD).condition = 'refusing';
  expect(await minutes(4)).toEqual(['0 0', '1 1', '1 1', '1 1']);

  names.region(WARD).condition = 'well';
  expect(await minutes(9)).toEqual(Array.from({ length: 9 }, () => '1 1'));
  expect(await minutes(10)).toEqual(Array.from({ length: 10 }, () => '0 1'));
  expect(await minutes(2)).toEqual(['0 0', '0 0']);

  expect(moves()).toEqual([
    'in-service evacuated ward-failing',
    'evacuated returning returning',
    'returning in-service ward-healthy',
  ]);
  expect(lease.calls[0]).toBe('gain');
  expect(lease.calls.slice(1, -1).every((call) => call === 'renew')).toBe(true);
  expect(lease.calls.at(-1)).toBe('release');
});

test('takes nothing back in a minute of the clock in which it has published more, for that may be read later', async () => {
  const twiceInAMinute = async (): Promise<string[]> => [...(await minute(40_000)), ...(await minute(80_000))];
  await evacuate();
  names.region(WARD).condition = 'well';
  await minutes(8);

  expect(await twiceInAMinute()).toEqual(['1 1', '1 1']);
  expect(parameters.judgement.phase).toBe('returning');
  expect(await minutes(8)).toEqual(Array.from({ length: 8 }, () => '0 1'));
  expect(await twiceInAMinute()).toEqual(['0 1', '0 1']);
  expect(parameters.judgement.phase).toBe('in-service');
  expect(await minute()).toEqual(['0 0']);
});

test('says what an evacuation rests on', async () => {
  await evacuate();

  expect(written.lines().find(({ message }) => message === 'ward moved')).toMatchObject({
    level: 'WARN',
    ward: WARD,
    hand: 'automatic',
    ward_failing_minutes: 2,
    judge_healthy_minutes: 4,
    ward_requests: 4,
    ward_failures: 4,
    served_by: JUDGE,
  });
});

test.each([
  ['finds a ward that fails one request in ten', 0.1, 10, true],
  ['leaves a ward alone that fails one request in a hundred', 0.01, 60, false],
])('%s', async (_, rate, length, isFound) => {
  await minutes(2);
  // A generator of chance from Numerical Recipes; its whole point here is to be the same each time.
  let chance = 1;
  Object.defineProperty(names.region(WARD), 'condition', {
    get: () => {
      chance = (Math.imul(chance, 1_664_525) + 1_013_904_223) >>> 0;
      return chance < rate * 2 ** 32 ? 'failing' : 'well';
    },
  });

  const published = await minutes(length);

  expect(published.includes('1 1')).toBe(isFound);
});

test('stays out while replication is behind', async () => {
  await evacuate();
  const ward = names.region(WARD);
  ward.isReplicating = false;
  ward.condition = 'well';
  await minutes(12);
  expect(parameters.judgement).toMatchObject({ phase: 'evacuated', reason: 'replication-behind' });

  ward.isReplicating = true;
  await minutes(1);
  expect(parameters.judgement.phase).toBe('returning');
});

test('stays out while one direction of replication is not known', async () => {
  await evacuate();
  const ward = names.region(WARD);
  ward.condition = 'well';
  const keep = ward.marks.set.bind(ward.marks);
  ward.marks.delete(`${JUDGE}-${JUDGE}`);
  ward.marks.set = (probeId, mark) => (probeId === `${JUDGE}-${JUDGE}` ? ward.marks : keep(probeId, mark));

  await minutes(12);

  expect(parameters.judgement).toMatchObject({ phase: 'evacuated', reason: 'replication-behind' });
});

test('does nothing when the judge’s Region fails with the ward', async () => {
  await minutes(2);
  for (const name of [JUDGE, WARD]) names.region(name).condition = 'refusing';

  expect(await minutes(5)).toEqual(Array.from({ length: 5 }, () => '0 0'));
  expect(parameters.judgement.reason).toBe('judge-sick');
});

test('does nothing when its Region does not serve the shared name', async () => {
  await minutes(2);
  names.leadsTo = 'us-east-1';
  names.region(WARD).condition = 'refusing';

  expect(await minutes(4)).toEqual(Array.from({ length: 4 }, () => '0 0'));
  expect(parameters.judgement.reason).toBe('judge-out-of-service');
});

test.each(['taken', 'unreachable'] as const)('does nothing when the lease is %s', async (answer) => {
  lease.answer = answer;
  await minutes(2);
  names.region(WARD).condition = 'refusing';

  expect(await minutes(4)).toEqual(Array.from({ length: 4 }, () => '0 0'));
});

test('obeys the hand at once, both ways', async () => {
  await minutes(1);
  parameters.hand = 'evacuated';
  expect(await minutes(2)).toEqual(['1 1', '1 1']);
  parameters.hand = 'in-service';
  expect(await minutes(1)).toEqual(['0 0']);
});

test('does not let a person evacuate the last Region', async () => {
  await minutes(1);
  names.leadsTo = WARD;
  parameters.hand = 'evacuated';

  expect(await minutes(2)).toEqual(['0 0', '0 0']);
  expect(parameters.judgement.reason).toBe('last-region');
});

test('publishes nothing while the switch is not known, but what the probes found', async () => {
  parameters.isKnown = false;
  names.region(WARD).condition = 'refusing';

  expect(await minutes(3)).toEqual([]);
  expect(written.lines().filter((line) => line.Target === WARD)).toHaveLength(3);
  expect(parameters.judgement).toBe(NOTHING_JUDGED);
});

test('counts a minute that is delivered twice once', async () => {
  await minutes(2);
  names.region(WARD).condition = 'refusing';
  await minute(SAME_MINUTE_MS - 1_000);
  expect(parameters.judgement.wardFailing).toBe(1);
  const { judgedAtMs } = parameters.judgement;

  expect(await minute()).toEqual(['0 0']);

  expect(parameters.judgement).toMatchObject({ wardFailing: 1, judgedAtMs });
  expect((await minutes(1))[0]).toBe('1 1');
});

test('repeats what stands while a minute takes long, so that none is without data', async () => {
  await evacuate();
  names.region(WARD).condition = 'hanging';
  names.region(JUDGE).condition = 'hanging';

  const judged = judge.judgeMinute();
  const before = written.lines().length;
  await jest.advanceTimersByTimeAsync(REPEAT_AFTER_MS);
  const repeated = written.lines().slice(before);
  await jest.advanceTimersByTimeAsync(60_000);
  await judged;

  expect(repeated.map(({ Evacuated }) => Evacuated)).toEqual([1, 1]);
});

test('does not repeat it when the minute is done, nor what a person has ended', async () => {
  await evacuate();
  expect(await minute()).toEqual(['1 1']);

  parameters.hand = 'in-service';
  names.region(WARD).condition = 'hanging';
  names.region(JUDGE).condition = 'hanging';
  expect(await minute()).toEqual(['0 0']);
});

test.each<[string, () => void]>([
  ['the parameters', () => Object.assign(parameters, { read: () => Promise.reject(new Error('read')) })],
  ['the memory', () => Object.assign(parameters, { keep: () => Promise.reject(new Error('keep')) })],
  ['the lease', () => Object.assign(lease, { hold: () => Promise.reject(new Error('hold')) })],
])('ends with a logged reason, not with an error, when %s break in a way nobody thought of', async (_, breakIt) => {
  await minutes(2);
  names.region(WARD).condition = 'refusing';
  breakIt();

  await expect(minutes(3)).resolves.toEqual(expect.any(Array));

  expect(written.lines()).toContainEqual(expect.objectContaining({ level: 'ERROR', message: 'minute not judged' }));
  expect(parameters.judgement.phase).toBe('in-service');
});

test('is done within the 55 s of its function, whatever happens', () => {
  const [readMs, leaseMs, keepMs] = [3_000, 3_000 + 5_000 + 3_000, 3_000];

  // The last look for a mark may begin just before the limit.
  expect(PROBING_LIMIT_MS + 2_000 + readMs + leaseMs + keepMs).toBeLessThanOrEqual(55_000);
});
