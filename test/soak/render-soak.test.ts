import { SIGHTINGS } from '../../lib/drill/kernel/sightings';
import { renderSoak, type WrittenFailure } from '../../lib/soak/render-soak';
import type { SoakReport } from '../../lib/soak/run-soak';

const reached = Object.fromEntries(SIGHTINGS.map((sighting) => [sighting, 3])) as SoakReport['reached'];
const report = (rest: Partial<SoakReport> = {}): SoakReport => ({
  done: 8,
  failures: [],
  reached,
  unreached: [],
  operations: 1234,
  ...rest,
});
const failure: WrittenFailure = {
  seed: 5,
  schedule: { version: 1, seed: 5, requestsPerSecond: 1, durationSeconds: 1800, events: [] },
  violations: [{ invariant: 'one-evacuation-at-a-time', found: '2 Regions evacuated at once' }],
  file: 'my soak/seed-5.json',
};

test('says that every invariant held only when every seed is done', () => {
  expect(renderSoak(report(), 8, [], 'cdk.out')).toContain('every invariant held');

  const early = renderSoak(report(), 100, [], 'cdk.out');
  expect(early).toContain('ended early, after 8 of 100 seeds');
  expect(early).toContain('no invariant was broken in the 8 seeds done');
  expect(early).not.toContain('every invariant held');
});

test('names the rare states that were not reached', () => {
  const missing = 'write-conflict';

  expect(renderSoak(report({ unreached: [missing] }), 8, [], 'cdk.out')).toContain(`NOT reached: ${missing}`);
});

test('tells of a failure its seed, what it breaks, and the command that repeats it on the same assembly', () => {
  const told = renderSoak(report({ failures: [failure] }), 8, [failure], '/elsewhere/cdk.out');

  expect(told).toContain('seed 5: one-evacuation-at-a-time (2 Regions evacuated at once)');
  expect(told).toContain("npm run drill -- --schedule 'my soak/seed-5.json' --assembly /elsewhere/cdk.out");
  expect(renderSoak(report(), 8, [failure], 'cdk.out')).not.toContain('--assembly');
});
