import { populate } from '../../../lib/drill/clients/population';
import { ResolverFleet } from '../../../lib/drill/dns';
import { RandomStream } from '../../../lib/drill/kernel/random';

const nameServer = { answer: () => ({ ttlSeconds: 60 }) };

function population(regions: readonly string[], madePerSecond = 20, seed = '7') {
  const resolvers = new ResolverFleet({ nameServer, random: new RandomStream(`${seed}/resolvers`) });
  return populate({ regions, resolvers, random: new RandomStream(`${seed}/population`), madePerSecond });
}

test('clients live within reach of the Regions that serve, as many in each geography as people are online there', () => {
  const clients = population(['us-east-2', 'us-west-2'], 34.2);

  const homes = new Map<string, number>();
  for (const { geography } of clients) homes.set(geography.id, (homes.get(geography.id) ?? 0) + 1);
  // client.people, in millions: 342 for 3,420 clients.
  expect([...homes]).toEqual([
    ['us-central', 1200],
    ['us-east', 1150],
    ['us-west', 730],
    ['canada', 340],
  ]);
});

test('a hundred clients make one operation a second, however many operations each stands for', () => {
  expect(population(['us-east-2'], 20)).toHaveLength(2000);
  expect(population(['us-east-2'], 0.5)).toHaveLength(50);
  expect(population(['us-east-2', 'us-west-2'], 0.001)).toHaveLength(4);
  expect(population(['us-east-2'], 20).map(({ index }) => index)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
});

test('the same seed gives the same clients, whichever world they meet', () => {
  const facts = (seed: string) =>
    population(['us-east-2', 'us-west-2'], 20, seed).map(({ geography, names, accessMs }) => [
      geography.id,
      names.kind,
      accessMs,
    ]);

  expect(facts('7')).toEqual(facts('7'));
  expect(facts('8')).not.toEqual(facts('7'));
});

test('kinds of client and access times are drawn as the model says', () => {
  const clients = population(['us-east-2']);

  // client.mix: half the clients are Chromium browsers, 13 % Android devices.
  for (const [kind, share] of [
    ['browserChromium', 0.5],
    ['android', 0.13],
  ] as const) {
    const drawn = clients.filter(({ names }) => names.kind === kind).length / clients.length;
    expect(Math.abs(drawn - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / clients.length));
  }
  // Geography us-central: median 32 ms, 90th percentile 70 ms; shares below them spread like any share.
  const central = clients.filter(({ geography }) => geography.id === 'us-central');
  for (const [limitMs, share] of [
    [32, 0.5],
    [70, 0.9],
  ] as const) {
    const below = central.filter(({ accessMs }) => accessMs < limitMs).length / central.length;
    expect(Math.abs(below - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / central.length));
  }
});
