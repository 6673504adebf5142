import type { Assembly } from '../../lib/assembly';
import { checkPlaces, checkSchedule, DELAY_KINDS, SHARE_KINDS } from '../../lib/drill/scenarios/fault-schedule';
import { type DrawProps, drawSchedule } from '../../lib/soak/draw-schedule';

const servingRegions = ['us-east-2', 'us-west-2'];
const regions = [...servingRegions, 'us-east-1'];
const assembly = { regions, resources: [] } as unknown as Assembly;
const props: Omit<DrawProps, 'seed'> = { servingRegions, regions, requestsPerSecond: 1, durationSeconds: 3600 };
const schedules = Array.from({ length: 300 }, (_, seed) => drawSchedule({ ...props, seed }));

test('draws the same schedule for a seed, and another one for another', () => {
  expect(drawSchedule({ ...props, seed: 5 })).toEqual(schedules[5]);
  expect(new Set(schedules.map(({ events }) => JSON.stringify(events))).size).toBeGreaterThan(290);
});

test('draws what a schedule file may hold, in Regions where it can happen', () => {
  for (const schedule of schedules) {
    expect(checkSchedule(JSON.parse(JSON.stringify(schedule)), 'a test')).toEqual(schedule);
    expect(() => checkPlaces(schedule, { assembly, regions, serving: servingRegions, source: 'a test' })).not.toThrow();
  }
});

test('draws every kind of event, overlapping ones, and a cut of the witness', () => {
  const events = schedules.flatMap((schedule) => schedule.events);
  const overlap = schedules.filter((schedule) =>
    schedule.events.some((event, index) =>
      schedule.events.some(
        (other, another) =>
          another > index &&
          'fromSeconds' in event &&
          'fromSeconds' in other &&
          event.region !== other.region &&
          event.fromSeconds < other.toSeconds &&
          other.fromSeconds < event.toSeconds,
      ),
    ),
  );

  expect(new Set(events.map(({ kind }) => kind))).toEqual(
    new Set([...SHARE_KINDS, ...DELAY_KINDS, 'clock-skew', 'deployment', 'joining']),
  );
  expect(overlap.length).toBeGreaterThan(100);
  expect(events).toContainEqual(expect.objectContaining({ kind: 'replication-cut', region: 'us-east-1' }));
});

test('leaves the last two fifths quiet', () => {
  const ends = schedules.flatMap(({ events }) =>
    events.map((event) => ('toSeconds' in event ? event.toSeconds : 'atSeconds' in event ? event.atSeconds : 0)),
  );

  expect(Math.max(...ends)).toBeLessThanOrEqual(0.6 * 3600);
});

test('lets no Region join where there is no other', () => {
  const alone = { ...props, servingRegions: ['us-east-2'], regions: ['us-east-2'] };
  const kinds = Array.from({ length: 100 }, (_, seed) => drawSchedule({ ...alone, seed })).flatMap(({ events }) =>
    events.map(({ kind }) => kind),
  );

  expect(kinds).not.toContain('joining');
});
