import { SIGHTINGS } from '../../lib/drill/kernel/sightings';
import type { KeptFailure } from '../../lib/soak/kept-failures';
import { renderFound, renderProgress, renderSoak } from '../../lib/soak/render-soak';
import type { SoakReport } from '../../lib/soak/run-soak';

const reached = Object.fromEntries(SIGHTINGS.map((sighting) => [sighting, 3])) as SoakReport['reached'];
const report = (rest: Partial<SoakReport> = {}): SoakReport => ({
  done: 8,
  failures: [],
  reached,
  unreached: [],
  impossible: {},
  operations: 1234,
  ...rest,
});
const failure: KeptFailure = {
  seed: 5,
  schedule: { version: 1, seed: 5, requestsPerSecond: 1, durationSeconds: 1800, events: [] },
  violations: [{ invariant: 'one-evacuation-at-a-time', found: '2 Regions evacuated at once' }],
  isShrunk: true,
  file: 'my soak/seed-5.json',
  eventLogSha256: 'f00d',
};
const asked = { seeds: 8, assemblyDirectory: 'cdk.out' };

test('says that every invariant held only when every seed is done', () => {
  expect(renderSoak(report(), [], asked)).toContain('every invariant held');

  const early = renderSoak(report(), [], { ...asked, seeds: 100 });
  expect(early).toContain('ended early, after 8 of 100 schedules');
  expect(early).toContain('no invariant was broken in the 8 schedules done');
  expect(early).not.toContain('every invariant held');
});

test('tells the rare states that were not reached from those that cannot be', () => {
  const told = renderSoak(
    report({ unreached: ['throttled'], impossible: { 'write-conflict': 'there is one Region' } }),
    [],
    asked,
  );

  expect(told).toContain('NOT reached: throttled: more seeds');
  expect(told).toMatch(/^ {2}write-conflict .*impossible here: there is one Region$/m);
});

test('tells of a failure its seed, what it breaks, and the command that repeats it on the same assembly and workload', () => {
  const elsewhere = { ...asked, assemblyDirectory: '/elsewhere/cdk.out', workloadFile: 'w.json' };
  const told = renderSoak(report({ failures: [failure] }), [failure], elsewhere);

  expect(told).toContain('seed 5 breaks an invariant:\n    one-evacuation-at-a-time: 2 Regions evacuated at once\n');
  expect(told).toContain('made as small as it can be:\n    nothing: clients alone do it\n');
  expect(told).toContain(
    "npm run drill -- --schedule 'my soak/seed-5.json' --assembly /elsewhere/cdk.out --workload w.json\n",
  );
  expect(told).toMatch(/event log: +sha256 f00d$/);
  expect(renderSoak(report(), [failure], asked)).not.toMatch(/--assembly|--workload/);
});

test('says of a schedule that could not be written where it is', () => {
  const unwritten = { ...failure, isShrunk: false, unwritten: 'ENOSPC: no space left on device' };

  expect(renderFound(failure)).toBe('seed 5: made smaller, to 0 events: my soak/seed-5.json');
  expect(renderFound(unwritten)).toBe('seed 5: one-evacuation-at-a-time broken, by 0 events: NOT written');
  expect(renderSoak(report(), [unwritten], asked)).toMatch(
    /as it was drawn:[\s\S]*could not be written \(ENOSPC: .*\);\n.*printed above/,
  );
});

test('shows in one line how far it came, how fast, what is left, and how many rare states were met', () => {
  const sofar = report({ done: 30, failures: [failure], reached: { ...reached, throttled: 0 } });

  expect(renderProgress(sofar, 1030, 600)).toBe(
    '30 of 1,030 schedules, 3.0 a minute, 5 h 33 min left; 1 failing; 5 of 6 rare states reached',
  );
  expect(renderProgress({ ...sofar, impossible: { throttled: 'nothing refuses' } }, 30, 1)).toBe(
    '30 of 30 schedules, 1,800 a minute; 1 failing; 5 of 5 rare states reached',
  );
  expect(renderProgress(report({ done: 0 }), 10, 0)).toBe('0 of 10 schedules; 0 failing; 6 of 6 rare states reached');
});
