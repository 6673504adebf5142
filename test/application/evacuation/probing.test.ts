import { ProbeClient } from '../../../lib/application/evacuation/probe-client';
import { type Effort, probe } from '../../../lib/application/evacuation/probing';
import { TimeLeft } from '../../../lib/application/evacuation/time-left';
import { TEST_CREDENTIALS } from '../dispatch-fixture';
import { ApplicationNames, passUntil } from './application-names';

const TARGET = { host: 'us-east-2.api.example.com', region: 'us-east-2', probeId: 'probe', readsOwnWrites: true };

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-22T09:30:00Z'), doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

function run(latencyMs: number, limitMs: number, effort: Partial<Effort> = {}) {
  const names = new ApplicationNames('api.example.com', ['us-east-2']);
  names.region('us-east-2').latencyMs = latencyMs;
  const props = {
    client: new ProbeClient({ fetch: names.fetch, credentials: () => TEST_CREDENTIALS }),
    standards: { slowMilliseconds: 2_000, failingShare: 0.05 },
    time: new TimeLeft(limitMs),
  };
  return passUntil(probe(props, TARGET, { rounds: 4, mostRounds: 20, isSuspect: false, ...effort }));
}

test('stops when its time is over, and counts no request that it did not make', async () => {
  const { result, tookMs } = await run(300, 750);

  expect(result.tally.requests).toBe(3);
  expect(tookMs).toBeLessThan(800);
});

test('stops in every lane when its time is over', async () => {
  const { result, tookMs } = await run(1_000, 9_500, { isSuspect: true });

  // Four rounds in turn, and one in each of eight lanes, of which the read has no time left.
  expect(result.tally.requests).toBe(8 + 8 + 8);
  expect(tookMs).toBeLessThan(10_000);
});

test('makes one round at least and says what it left there', async () => {
  const { result } = await run(10, 1);

  expect(result.tally).toMatchObject({ requests: 1, failures: 1 });
  expect(result).toMatchObject({ fails: true, mark: undefined });
  expect((await run(10, 1_000)).result.mark).toMatch(/^2026-11-22T09:30:/);
});
