import type { RegionalFetch } from '../../../lib/client';
import type { Client } from '../../../lib/drill/clients/population';
import type { OperationRecord } from '../../../lib/drill/clients/traffic';
import { Interruptions } from '../../../lib/drill/verdict/interruptions';
import { PopulationScore } from '../../../lib/drill/verdict/population-score';

interface Ended {
  readonly client?: number;
  readonly from: number;
  readonly to: number;
  /** Whether a try failed, and whether all did. */
  readonly met?: 'nothing' | 'a failure' | 'only failures';
  readonly weight?: number;
  readonly library?: boolean;
}

/** An operation as it ended; times in seconds. */
function operation({ client = 1, from, to, met = 'nothing', weight = 1, library = false }: Ended): OperationRecord {
  const span = { startMs: 1000 * from, endMs: 1000 * to };
  return {
    ok: met !== 'only failures',
    attempts: 1,
    tries: [met === 'nothing' ? span : { ...span, failure: '503' }],
    client: { index: client, ...(library ? { library: (async () => {}) as unknown as RegionalFetch } : {}) } as Client,
    kind: 'list-route',
    ...span,
    weight,
  };
}

function summaryOf(...operations: readonly Ended[]) {
  const interruptions = new Interruptions();
  for (const one of operations) interruptions.add(operation(one));
  return interruptions.summary();
}

test('nothing is an interruption where no try failed', () => {
  expect(summaryOf({ from: 0, to: 1 }, { from: 5, to: 6 })).toEqual({ count: 0 });
});

test('a try that the same operation makes good interrupts for as long as the operation takes', () => {
  expect(summaryOf({ from: 0, to: 2.5, met: 'a failure' })).toEqual({
    count: 1,
    p50Seconds: 2.5,
    p99Seconds: 2.5,
    longestSeconds: 2.5,
  });
});

test('an operation that fails interrupts until the next success of the same client', () => {
  const summary = summaryOf(
    { from: 0, to: 30, met: 'only failures' },
    { client: 2, from: 40, to: 41 },
    { from: 100, to: 130, met: 'only failures' },
    { from: 200, to: 201, met: 'a failure' },
    { from: 300, to: 301 },
  );

  expect(summary).toMatchObject({ count: 1, longestSeconds: 201 });
});

test('one that never ends is longer than any other', () => {
  const ended: Ended[] = Array.from({ length: 98 }, (_, client) => ({
    client,
    from: 0,
    to: 1 + client / 100,
    met: 'a failure',
  }));
  const lasting = (clients: number): Ended[] =>
    Array.from({ length: clients }, (_, index) => ({ client: 1000 + index, from: 0, to: 1, met: 'only failures' }));

  expect(summaryOf(...ended, ...lasting(1))).toMatchObject({ count: 99, p99Seconds: null, longestSeconds: null });
  expect(summaryOf(...ended, { client: 99, from: 0, to: 9, met: 'a failure' }, ...lasting(1))).toMatchObject({
    count: 100,
    p50Seconds: 1.49,
    p99Seconds: 9,
    longestSeconds: null,
  });
  expect(summaryOf(...ended, ...lasting(99))).toMatchObject({ p50Seconds: null });
});

test('each counts for those that were not made', () => {
  const summary = summaryOf(
    { client: 1, from: 0, to: 1, met: 'a failure', weight: 10 },
    { client: 2, from: 0, to: 5, met: 'a failure', weight: 100 },
  );

  expect(summary).toEqual({ count: 110, p50Seconds: 5, p99Seconds: 5, longestSeconds: 5 });
});

describe('clients by what they rely on', () => {
  const clients = [operation({ from: 0, to: 0 }), operation({ from: 0, to: 0, library: true })].map(
    ({ client }) => client,
  );

  test('are counted apart, from the strike to the end', () => {
    const score = new PopulationScore(clients, 100_000, 200_000);
    for (const one of [
      { from: 99.9, to: 101, met: 'only failures' },
      { from: 100, to: 103, met: 'only failures' },
      { from: 120, to: 121 },
      { client: 2, from: 150, to: 152, met: 'a failure', library: true, weight: 10 },
      { client: 2, from: 200, to: 201, met: 'only failures', library: true },
    ] as const) {
      score.add(operation(one));
    }

    const [dns, library] = score.summaries();
    expect(dns).toMatchObject({
      reliesOn: 'dns',
      requests: 2,
      failed: 1,
      interruptions: { count: 1, longestSeconds: 21 },
    });
    expect(library).toMatchObject({
      reliesOn: 'library',
      requests: 10,
      failed: 0,
      interruptions: { count: 10, p99Seconds: 2 },
    });
  });

  test('are counted even if they never came, and not if there are none', () => {
    expect(new PopulationScore(clients, 0, 1).summaries().map(({ reliesOn }) => reliesOn)).toEqual(['dns', 'library']);
    expect(new PopulationScore(clients.slice(0, 1), 0, 1).summaries()).toEqual([
      { reliesOn: 'dns', requests: 0, failed: 0, interruptions: { count: 0 } },
    ]);
  });
});
