import { tellStory } from '../../../lib/drill/outputs';
import { quiet, report, scheduleReport } from '../written-report';

const met = { asked: 'availability of at least 99.5 %', reached: '99.809 %', met: true };
const missed = { asked: 'recovery within 2 min', reached: '6 min 3 s', met: false };

test('is five lines: what struck, what was asked, why, what DNS did, and the command', () => {
  expect(tellStory(report(), [met, missed]).split('\n')).toEqual([
    'struck: aws-2025-10-20-dynamodb-dns-us-east-1 (us-east-1: DynamoDB loses its name) struck us-east-2 for 14 h 32 min, strong consistency, seed 7',
    'asked: availability of at least 99.5 %, got 99.809 %; recovery within 2 min, got 6 min 3 s (MISSED)',
    'why: 2,000 of 1,046,400 operations failed, 75 % by phase p1 (dynamodb: unavailable, 100 %): clients of us-central served by us-east-2 met 503 between 0 s and 5 min 50 s; 1 other reason',
    'DNS: the first health check of us-east-2 turned after 30 s; it was out of DNS for 2 h 37 min in all',
    'replay: npm run drill -- --outage aws-2025-10-20-dynamodb-dns-us-east-1 --strike us-east-2 --seed 7 --rate 20 --sample 3 --hours 14.5333',
  ]);
});

test('stays five lines when nobody failed, nothing turned, and more was asked than was to be had', () => {
  const calm = report({ causes: [], dns: [quiet('us-east-2'), quiet('us-west-2')] });
  const lines = tellStory(calm, [met], 'to miss one of: ').split('\n');

  expect(lines).toHaveLength(5);
  expect(lines[1]).toMatch(/^asked: to miss one of: availability/);
  expect(lines[2]).toBe('why: no operation of a client failed');
  expect(lines[3]).toBe(
    'DNS: no health check of us-east-2 or us-west-2 turned, so that clients stayed where they were',
  );
});

test('tells apart a Region that left DNS until the end, and one that lost only a share of its clients', () => {
  const east = { ...quiet('us-east-2'), detectedSeconds: 30 };
  const open = { ...east, outOfDns: [{ fromSeconds: 52_260, toSeconds: null }] };

  expect(tellStory(report({ dns: [open] }), [met])).toContain('it was out of DNS for 1 min in all');
  expect(tellStory(report({ dns: [east] }), [met])).toContain('it never left DNS with all its clients');
});

test('of a schedule tells of every Region that a health check turned against, and names none as struck', () => {
  const west = { ...quiet('us-west-2'), detectedSeconds: 700, outOfDns: [{ fromSeconds: 700, toSeconds: 1000 }] };
  const lines = tellStory(scheduleReport({ dns: [quiet('us-east-2'), west] }), [met]).split('\n');

  expect(lines[0]).toBe(
    'struck: soak/seed-3.json (gateway-fails us-east-2 from 0 to 9420 s) for 14 h 32 min, strong consistency, seed 7',
  );
  expect(lines[3]).toBe(
    'DNS: the first health check of us-west-2 turned after 11 min 40 s; it was out of DNS for 5 min in all',
  );
});

test('of an outage that strikes no Region alone says that it struck every Region', () => {
  const { originalRegion: _, ...scenario } = report().scenario;

  expect(tellStory(report({ scenario }), [met])).toContain(') struck every Region for 14 h');
});
