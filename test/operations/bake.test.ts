import { bake } from '../../lib/operations/bake';
import { qualified } from '../helpers/configs';
import { type Disturbance, RecordedAlarms, VirtualClock } from './recorded-alarms';

const CONFIG = qualified();
const BEGAN = '2026-11-24T12:00:00Z';

interface Bake {
  readonly since?: string;
  readonly minutes?: number;
  readonly disturbances?: readonly Disturbance[];
}

/** Bakes us-east-2 from noon, over what was recorded. */
async function baked(recording: string, { since, minutes = 30, disturbances = [] }: Bake = {}) {
  const clock = new VirtualClock(BEGAN);
  const alarms = new RecordedAlarms(recording, clock, disturbances);
  const lines: string[] = [];
  const changedMs = since === undefined ? undefined : Date.parse(since);
  const code = await bake(
    { config: CONFIG, region: 'us-east-2', minutes, changedMs },
    { alarm: alarms.alarm, now: clock.now, sleep: clock.sleep, print: (line) => lines.push(line) },
  );
  const took = (clock.now() - Date.parse(BEGAN)) / 60_000;
  return { code, took, lines, verdict: lines[lines.length - 1] ?? '', calls: alarms.calls };
}

const failing = (region: string, from: string, to: string, name: string): Disturbance => ({
  region,
  from: `2026-11-24T${from}Z`,
  to: `2026-11-24T${to}Z`,
  error: Object.assign(new Error(`${name} of ${region}`), { name }),
});

describe('a change in a Region', () => {
  test('may stay when no alarm has rung for the whole time', async () => {
    expect(await baked('quiet')).toMatchObject({
      code: 0,
      took: 30,
      verdict: 'GOOD: us-east-2 has been OK since 12:00:00.',
    });
  });

  test('must go within a look of its alarm', async () => {
    const { code, took, verdict } = await baked('bad-version');

    expect({ code, verdict }).toEqual({ code: 1, verdict: 'BAD: us-east-2 went into ALARM at 12:07:42.' });
    expect(took).toBe(7.75);
  });

  test('must go although its alarm rang and fell silent between two looks', async () => {
    const { code, took, verdict } = await baked('flapping');

    expect({ code, verdict }).toEqual({ code: 1, verdict: 'BAD: us-east-2 went into ALARM at 12:03:02.' });
    expect(took).toBe(3.25);
  });

  test('may stay when its new alarm had to gather data first', async () => {
    expect(await baked('first-deployment')).toMatchObject({
      code: 0,
      verdict: 'GOOD: us-east-2 has been OK since 12:04:20.',
    });
  });

  test.each([
    ['data-lost', 'BAD: us-east-2 is in INSUFFICIENT_DATA at the end.'],
    ['lately-well', 'BAD: us-east-2 has been OK only since 12:27:30.'],
  ])('must go when nobody knows at the end that it is well: %s', async (recording, verdict) => {
    expect(await baked(recording)).toMatchObject({ code: 1, took: 30, verdict });
  });

  test('must go when its alarm rang as baking began, unless it is known to have rung before', async () => {
    expect(await baked('mended')).toMatchObject({
      code: 1,
      took: 0,
      verdict: 'BAD: us-east-2 was in ALARM when baking began.',
    });
    expect(await baked('mended', { since: '2026-11-24T11:50:00Z' })).toMatchObject({
      code: 0,
      took: 30,
      verdict: 'GOOD: us-east-2 has been OK since 12:02:10.',
    });
    expect(await baked('not-mended', { since: '2026-11-24T11:50:00Z' })).toMatchObject({
      code: 1,
      took: 30,
      verdict: 'BAD: us-east-2 is in ALARM at the end.',
    });
  });

  test('must go when nothing watches it', async () => {
    expect(await baked('unwatched')).toMatchObject({
      code: 1,
      took: 0,
      verdict: 'BAD: us-east-2 has nothing to watch it: there is no such alarm.',
    });
  });
});

describe('a peer of the changed Region', () => {
  test('stops the change when its alarm begins to ring', async () => {
    expect(await baked('peer-harmed')).toMatchObject({
      code: 1,
      took: 12.25,
      verdict: 'BAD: us-west-2, a peer, went into ALARM at 12:12:05.',
    });
  });

  test('does not stop it when it was lost before', async () => {
    expect(await baked('peer-lost-before')).toMatchObject({
      code: 0,
      took: 30,
      verdict: 'GOOD: us-east-2 has been OK since 12:00:00; us-west-2 was in ALARM before the change and was left out.',
    });
  });

  test('is known to have been harmed while the change was made, when baking is told since when', async () => {
    expect(await baked('peer-harmed-by-deployment')).toMatchObject({ code: 0 });
    expect(await baked('peer-harmed-by-deployment', { since: '2026-11-24T11:50:00Z' })).toMatchObject({
      code: 1,
      took: 0,
      verdict: 'BAD: us-west-2, a peer, went into ALARM at 11:56:31.',
    });
  });

  test('counts again once it has been well for five minutes', async () => {
    expect(await baked('peer-flaps-on-return')).toMatchObject({ code: 0, took: 30 });
    expect(await baked('peer-returns-and-is-harmed')).toMatchObject({
      code: 1,
      took: 20.75,
      verdict: 'BAD: us-west-2, a peer, went into ALARM at 12:20:30.',
    });
  });

  test('that cannot be reached says nothing', async () => {
    const disturbances = [failing('us-west-2', '11:00:00', '23:00:00', 'TimeoutError')];

    expect(await baked('peer-harmed', { disturbances })).toMatchObject({
      code: 0,
      verdict: 'GOOD: us-east-2 has been OK since 12:00:00; us-west-2 said nothing: TimeoutError of us-west-2.',
    });
  });

  test('that refuses the credentials stops baking: it would refuse them for ever', async () => {
    const disturbances = [failing('us-west-2', '12:10:00', '23:00:00', 'AccessDenied')];

    expect(await baked('quiet', { disturbances })).toMatchObject({
      code: 1,
      took: 10,
      verdict: 'BAD: us-west-2 cannot be watched: AccessDenied of us-west-2.',
    });
  });
});

describe('watching', () => {
  test('bears a blind spell of less than five minutes, and judges what happened in it', async () => {
    const disturbances = [failing('us-east-2', '12:05:00', '12:09:45', 'TimeoutError')];

    expect(await baked('quiet', { disturbances })).toMatchObject({ code: 0, took: 30 });
    expect(await baked('bad-version', { disturbances })).toMatchObject({
      code: 1,
      took: 9.75,
      verdict: 'BAD: us-east-2 went into ALARM at 12:07:42.',
    });
  });

  test('ends after five minutes without an answer of the changed Region', async () => {
    const disturbances = [failing('us-east-2', '12:05:00', '23:00:00', 'TimeoutError')];

    expect(await baked('quiet', { disturbances })).toMatchObject({
      code: 1,
      took: 9.75,
      verdict: 'BAD: us-east-2 could not be watched for 5 minutes: TimeoutError of us-east-2.',
    });
  });

  test('does not end well while the last look gave nothing', async () => {
    const disturbances = [failing('us-east-2', '12:29:00', '12:31:00', 'TimeoutError')];

    expect(await baked('quiet', { disturbances })).toMatchObject({ code: 0, took: 31 });
  });

  test('repeats a call that was throttled', async () => {
    const throttled = { ...failing('us-east-2', '12:00:00', '12:01:00', 'Throttling'), times: 1 };

    const { code, calls } = await baked('quiet', { minutes: 1, disturbances: [throttled] });

    expect(code).toBe(0);
    expect(calls.filter((call) => call === 'us-east-2 DescribeAlarmsCommand')).toHaveLength(4 + 1 + 1);
  });

  test('asks every Region four times a minute and prints a line for each minute', async () => {
    const { lines, calls } = await baked('quiet', { minutes: 3 });

    expect(lines).toEqual([
      '12:00:00  watching dispatch-trouble in us-east-2, us-west-2 for 3 minutes',
      '12:00:00  us-east-2 OK · us-west-2 OK',
      '12:01:00  us-east-2 OK · us-west-2 OK',
      '12:02:00  us-east-2 OK · us-west-2 OK',
      '12:03:00  us-east-2 OK · us-west-2 OK',
      'GOOD: us-east-2 has been OK since 12:00:00.',
    ]);
    expect(calls.filter((call) => call === 'us-west-2 DescribeAlarmsCommand')).toHaveLength(3 * 4 + 1);
  });

  test('shows what it sees', async () => {
    const { lines } = await baked('peer-lost-before', { minutes: 1, since: '2026-11-24T11:00:00Z' });

    expect(lines[1]).toBe('12:00:00  us-east-2 OK · us-west-2 ALARM since 11:20:48');
  });
});
