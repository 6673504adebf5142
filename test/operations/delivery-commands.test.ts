import { BadInput } from '../../lib/bad-input';
import type { BakeSurroundings } from '../../lib/operations/bake';
import type { CanarySurroundings } from '../../lib/operations/canary';
import { BAKE_HELP, CANARY_HELP, PLAN_HELP, runBake, runCanary, runPlan } from '../../lib/operations/delivery-commands';
import { RecordedAlarms, VirtualClock } from './recorded-alarms';

function surroundings(recording = 'quiet') {
  const clock = new VirtualClock('2026-11-24T12:00:00Z');
  const lines: string[] = [];
  const never = async (): Promise<never> => {
    throw new Error('nothing is to be called');
  };
  const world: BakeSurroundings & CanarySurroundings = {
    alarm: new RecordedAlarms(recording, clock).alarm,
    now: clock.now,
    sleep: clock.sleep,
    caller: () => never,
    newMark: () => 'mark',
    print: (line) => lines.push(line),
  };
  return { world, lines };
}

/** What a command says about its input. */
async function refusal(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof BadInput) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('npm run bake', () => {
  test('watches a Region of the config and ends with the verdict', async () => {
    const { world, lines } = surroundings();

    expect(await runBake(['us-west-2', '--minutes', '2'], world)).toBe(0);
    expect(lines[0]).toContain('watching dispatch-trouble in us-west-2, us-east-2 for 2 minutes');
    expect(lines[lines.length - 1]).toMatch(/^GOOD/);
  });

  test('judges by the time of the change when it is given', async () => {
    const { world } = surroundings('mended');

    expect(await runBake(['us-east-2', '--minutes', '30', '--since', '2026-11-24T11:50:00Z'], world)).toBe(0);
    expect(await runBake(['us-east-2', '--minutes', '30'], surroundings('mended').world)).toBe(1);
  });

  test.each([
    [[], 'REGION: found nothing'],
    [['moon-1', '--minutes', '5'], 'REGION: found "moon-1"; allowed: an active Region: us-east-2, us-west-2'],
    [['us-east-2'], '--minutes: found nothing; allowed: a whole number from 1 to 1440'],
    [['us-east-2', '--minutes', '0'], '--minutes: found "0"'],
    [['us-east-2', '--minutes', '2.5'], '--minutes: found "2.5"'],
    [['us-east-2', '--minutes', '1441'], '--minutes: found "1441"'],
    [['us-east-2', '--minutes', '5', '--since', 'noon'], '--since: found "noon"; allowed: a time in the past'],
    [['us-east-2', '--minutes', '5', '--since', '2026-11-24T12:00:01Z'], '--since: found "2026-11-24T12:00:01Z"'],
    [['us-east-2', '--minutes', '5', '--since', '2026-11-24T11:00:00'], '--since: found "2026-11-24T11:00:00"'],
    [['us-east-2', '--minutes', '5', '--config', 'none.ts'], 'none.ts'],
  ])('refuses %p', async (args, message) => {
    expect(await refusal(() => runBake(args, surroundings().world))).toContain(message);
  });

  test('takes the longest time and the moment itself', async () => {
    const { world } = surroundings();

    expect(await runBake(['us-east-2', '--minutes', '1', '--since', '2026-11-24T12:00:00Z'], world)).toBe(0);
    expect(await refusal(() => runBake(['x', '--minutes', '1440'], world))).not.toContain('--minutes');
  });
});

describe('npm run canary', () => {
  test.each([
    [[], 'REGION: found nothing'],
    [['moon-1'], 'REGION: found "moon-1"'],
    [['us-east-2', '--rounds', '0'], '--rounds: found "0"; allowed: a whole number from 1 to 1000'],
    [['us-east-2', '--rounds', '1001'], '--rounds: found "1001"'],
  ])('refuses %p', async (args, message) => {
    expect(await refusal(() => runCanary(args, surroundings().world))).toContain(message);
  });

  test('fails when the Region cannot be reached', async () => {
    const { world, lines } = surroundings();

    expect(await runCanary(['us-east-2'], world)).toBe(1);
    expect(lines).toEqual([
      'BAD: https://us-east-2.api.example.com has not answered for 180 s: nothing is to be called.',
    ]);
  });
});

describe('help', () => {
  test('is printed and nothing done', async () => {
    const { world, lines } = surroundings();

    expect(await runBake(['--help'], world)).toBe(0);
    expect(await runCanary(['--help'], world)).toBe(0);
    expect(runPlan(['--help'], () => [], world.print)).toBe(0);
    expect(lines).toEqual([BAKE_HELP, CANARY_HELP, PLAN_HELP].map((text) => text.trimEnd()));
  });
});
