import { answerQuery } from '../../../lib/drill/dns/answer-query';
import type { DnsRecord } from '../../../lib/drill/dns/record';
import { Resolver } from '../../../lib/drill/dns/resolver';
import { readZone, Zone } from '../../../lib/drill/dns/zone';
import { geography, viewWithout } from './records';
import { ringOf } from './written-assembly';

const [VIRGINIA, OHIO, OREGON] = ['us-east-1', 'us-east-2', 'us-west-2'] as const;
const ring = readZone(ringOf(VIRGINIA, OHIO, OREGON));

/** The Regions answered on the west coast, with how many of 300 equally spaced draws: 30 for the first share, 270 for the rest. */
function answers(unhealthy: readonly string[], zone: Zone = ring, type = 'A'): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let index = 0; index < 300; index++) {
    const question = {
      name: 'api.example.com',
      type,
      geography: geography('us-west'),
      draw: () => (index + 0.5) / 300,
    };
    const { record, ttlSeconds } = answerQuery(zone, viewWithout(...unhealthy), question);
    expect(ttlSeconds).toBe(60);
    const region = record?.region ?? 'none';
    counts[region] = (counts[region] ?? 0) + 1;
  }
  return counts;
}

const gates = (region: string, ...shares: readonly string[]): string[] =>
  shares.map((share) => `${region}/${share}Gate`);
const every = (...shares: readonly string[]): string[] =>
  [VIRGINIA, OHIO, OREGON].flatMap((region) => gates(region, ...shares));

// On the west coast Oregon is nearest, then Ohio, then Virginia.
test.each<[string, readonly string[], Readonly<Record<string, number>>]>([
  ['nothing is out', [], { [OREGON]: 300 }],
  ['the nearest Region is out', gates(OREGON, 'first', 'rest'), { [OHIO]: 300 }],
  ['the nearest Region has its first share back', gates(OREGON, 'rest'), { [OREGON]: 30, [OHIO]: 270 }],
  ['the nearest Region has only the rest', gates(OREGON, 'first'), { [OREGON]: 270, [OHIO]: 30 }],
  [
    'only the farthest is in',
    [...gates(OREGON, 'first', 'rest'), ...gates(OHIO, 'first', 'rest')],
    { [VIRGINIA]: 300 },
  ],
  ['no Region has a first share', every('first'), { [OREGON]: 300 }],
  [
    'one Region alone has its first share back',
    [...every('rest'), ...gates(OREGON, 'first'), ...gates(OHIO, 'first')],
    { [VIRGINIA]: 300 },
  ],
  ['everything is out, and so counts as in', every('first', 'rest'), { [OREGON]: 300 }],
])('while %s', (_, unhealthy, expected) => {
  expect(answers(unhealthy)).toEqual(expected);
  expect(answers(unhealthy, ring, 'AAAA')).toEqual(expected);
});

test('aliases that do not evaluate their target answer a share whose records all fail as if they did not', () => {
  const deaf = new Zone(
    ring.records.map(
      (record): DnsRecord => (record.target.kind === 'record' ? { ...record, evaluateTargetHealth: false } : record),
    ),
    ring.healthChecks,
  );
  const unhealthy = [...every('rest'), ...gates(OREGON, 'first')];

  expect(answers(unhealthy)).toEqual({ [OHIO]: 300 });
  expect(answers(unhealthy, deaf)).toEqual({ [OHIO]: 30, [OREGON]: 270 });
});

test('an unavailable gateway takes both shares of its Region', () => {
  const view = {
    isHealthy: () => true,
    targetHealthy: ({ stack }: { stack: { region: string } }) => stack.region !== OREGON,
  };
  const ask = (draw: number) =>
    answerQuery(ring, view, { name: 'api.example.com', type: 'A', geography: geography('us-west'), draw: () => draw });

  expect([ask(0).record?.region, ask(0.99).record?.region]).toEqual([OHIO, OHIO]);
});

test('each health check is looked at once for an answer, however many aliases lead to it', () => {
  const looked: string[] = [];
  const isHealthy = (id: string): boolean => {
    looked.push(id);
    return true;
  };
  const question = { name: 'api.example.com', type: 'A', geography: geography('us-west'), draw: () => 0 };
  answerQuery(ring, { isHealthy, targetHealthy: () => true }, question);

  expect(looked.length).toBe(new Set(looked).size);
});

test('a resolver gives all its clients one share for as long as the answer lives', () => {
  const draws = [0.99, 0.01, 0.99];
  const nameServer = {
    answer: (name: string, type: string, from: ReturnType<typeof geography>) =>
      answerQuery(ring, viewWithout(...gates(OREGON, 'rest')), {
        name,
        type,
        geography: from,
        draw: () => draws.shift() ?? Number.NaN,
      }),
  };
  const resolver = new Resolver(nameServer, geography('us-west'), undefined, 0);
  const at = (seconds: number) => resolver.resolve('api.example.com', 'A', 1000 * seconds).record?.region;

  expect([0, 30, 59.999].map(at)).toEqual([OHIO, OHIO, OHIO]);
  expect([60, 119.999].map(at)).toEqual([OREGON, OREGON]);
  expect(at(120)).toBe(OHIO);
});
