import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput } from '../../lib/bad-input';
import { runEvacuate, runRestore } from '../../lib/operations/switch-commands';
import { DEFAULT_BLUEPRINT } from '../helpers/configs';
import { FakeWorld, HEALTHY, type HealthAnswer } from './outside';

const HAND = '/dispatch/evacuation/us-east-2/hand';
const PEER_HAND = '/dispatch/evacuation/us-west-2/hand';
const PEER_JUDGEMENT = '/dispatch/evacuation/us-west-2/judgement';
const RAW = `aws ssm put-parameter --region us-west-2 --name ${HAND} --value`;

type Command = typeof runEvacuate;

async function outcomeOf(command: Command, args: readonly string[], world: FakeWorld) {
  const lines: string[] = [];
  const exitCode = await command(args, world, (line) => lines.push(line));
  return { exitCode, text: lines.join('\n') };
}

function worldWith(answers: Readonly<Record<string, HealthAnswer>> = { 'us-west-2.api.example.com': HEALTHY }) {
  const world = new FakeWorld(answers);
  world.values.set(`us-east-2 ${PEER_HAND}`, 'automatic');
  world.values.set(`us-east-2 ${PEER_JUDGEMENT}`, '{}');
  return world;
}

/** A config file with three Regions, outside the repository. */
function configFile(changes: object): string {
  const file = join(tmpdir(), `outlast-${process.pid}-${Object.keys(changes).join('-')}.config.js`);
  writeFileSync(file, `exports.default = ${JSON.stringify({ ...DEFAULT_BLUEPRINT, ...changes })};`);
  return file;
}

describe('npm run evacuate', () => {
  test('moves the hand in the peer Region, once the other Region has said that it is healthy', async () => {
    const world = worldWith();

    const { exitCode, text } = await outcomeOf(runEvacuate, ['us-east-2'], world);

    expect(exitCode).toBe(0);
    expect(world.writes).toEqual([`us-west-2 ${HAND}=evacuated`]);
    expect(world.asked).toEqual(['https://us-west-2.api.example.com/health']);
    expect(text).toContain(`${RAW} evacuated --overwrite`);
    expect(text).toContain('us-west-2 is in service');
    expect(text).toMatch(/about 5 minutes/);
  });

  test('only prints with --dry-run', async () => {
    const world = worldWith();

    const { exitCode, text } = await outcomeOf(runEvacuate, ['us-east-2', '--dry-run'], world);

    expect(exitCode).toBe(0);
    expect(world.writes).toEqual([]);
    expect(text).toContain(`${RAW} evacuated --overwrite`);
    expect(text).toContain('us-west-2 is in service');
  });

  test.each<[string, HealthAnswer, string]>([
    ['says that it is unhealthy', { status: 503, body: '{"status":"unhealthy"}' }, 'answers 503'],
    ['answers something else', { status: 200, body: '<html>' }, 'answers 200 <html>'],
    ['does not answer', undefined, 'fetch failed (connect ETIMEDOUT)'],
  ])('refuses the last Region when the other one %s', async (_, answer, said) => {
    const world = worldWith({ 'us-west-2.api.example.com': answer });

    const { exitCode, text } = await outcomeOf(runEvacuate, ['us-east-2'], world);

    expect(exitCode).toBe(1);
    expect(world.writes).toEqual([]);
    expect(text).toContain(`us-west-2 does not count as in service`);
    expect(text).toContain(said);
    expect(text).toContain('Refused');
    expect(text).toContain(`${RAW} evacuated --overwrite`);
  });

  test.each([
    ['evacuated', '{}', 1],
    ['automatic', '{"phase":"evacuated"}', 1],
    ['automatic', '{"phase":"returning"}', 1],
    ['automatic', '{"phase":"in-service"}', 0],
    ['automatic', 'not JSON', 0],
    ['in-service', '{"phase":"evacuated"}', 0],
  ])('with the hand of the other Region at %s and its judgement %s ends with %p', async (hand, judgement, code) => {
    const world = worldWith();
    world.values.set(`us-east-2 ${PEER_HAND}`, hand);
    world.values.set(`us-east-2 ${PEER_JUDGEMENT}`, judgement);

    const { exitCode } = await outcomeOf(runEvacuate, ['us-east-2'], world);

    expect(exitCode).toBe(code);
    expect(world.writes).toHaveLength(1 - code);
  });

  test('takes the silence of a lost Region for no evacuation, for the last switch lies there', async () => {
    const world = worldWith();
    world.lost.add('us-east-2');

    const { exitCode, text } = await outcomeOf(runEvacuate, ['us-east-2'], world);

    expect(exitCode).toBe(0);
    expect(world.writes).toEqual([`us-west-2 ${HAND}=evacuated`]);
    expect(text).toContain('its switch in us-east-2 cannot be read');
  });

  test('says so when the switch cannot be reached', async () => {
    const world = worldWith();
    world.lost.add('us-west-2');

    const { exitCode, text } = await outcomeOf(runEvacuate, ['us-east-2'], world);

    expect(exitCode).toBe(1);
    expect(text).toContain(
      `Not done: ${HAND} in us-west-2 cannot be written: ssm.us-west-2.amazonaws.com does not answer.`,
    );
    expect(text).not.toContain('Done');
  });

  test('needs one of several other Regions, and finds the holder in the ring of another config', async () => {
    const file = configFile({ regions: ['us-east-2', 'us-west-2', 'us-east-1'], witnessRegion: undefined });
    const world = new FakeWorld({ 'us-east-2.api.example.com': HEALTHY, 'us-west-2.api.example.com': undefined });

    const { exitCode } = await outcomeOf(runEvacuate, ['us-east-1', '--config', file], world);

    expect(exitCode).toBe(0);
    expect(world.writes).toEqual(['us-east-2 /dispatch/evacuation/us-east-1/hand=evacuated']);
    expect(world.asked.toSorted()).toEqual([
      'https://us-east-2.api.example.com/health',
      'https://us-west-2.api.example.com/health',
    ]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['no Region', [], /REGION: found nothing/],
    ['two Regions', ['us-east-2', 'us-west-2'], /REGION: found "us-east-2" "us-west-2"/],
    ['an unknown Region', ['us-east-1'], /REGION: found "us-east-1"; allowed: an active Region: us-east-2, us-west-2/],
    ['an unknown option', ['us-east-2', '--force'], /--force: found an unknown option/],
    ['a hold', ['us-east-2', '--hold'], /--hold: found an unknown option/],
    ['an option twice', ['us-east-2', '--dry-run', '--dry-run'], /--dry-run: found the option twice/],
    ['a value where none belongs', ['us-east-2', '--dry-run=yes'], /--dry-run: found "yes"; allowed: no value/],
    ['no value where one belongs', ['us-east-2', '--config'], /--config: found nothing; allowed: a value/],
    ['a config that is missing', ['us-east-2', '--config', 'no.config.ts'], /no\.config\.ts: 1 problem/],
    ['two mistakes at once', ['--force'], /2 problems/],
  ])('refuses %s', async (_, args, message) => {
    const world = worldWith();
    const outcome = outcomeOf(runEvacuate, args, world);

    await expect(outcome).rejects.toThrow(BadInput);
    await expect(outcome).rejects.toThrow(message);
    expect(world.asked).toEqual([]);
  });

  test('refuses an application that is evacuated by a plan, and says how to execute the plan', async () => {
    const file = configFile({ evacuation: 'region-switch' });

    await expect(outcomeOf(runEvacuate, ['us-east-2', '--config', file], worldWith())).rejects.toThrow(
      /aws arc-region-switch start-plan-execution --region us-west-2 --target-region us-east-2 --action deactivate/,
    );
    await expect(outcomeOf(runRestore, ['us-east-2', '--config', file], worldWith())).rejects.toThrow(
      /aws arc-region-switch start-plan-execution --region us-east-2 --target-region us-east-2 --action activate/,
    );
  });

  test('prints its help without asking anybody', async () => {
    const world = worldWith();

    const { exitCode, text } = await outcomeOf(runEvacuate, ['--help'], world);

    expect([exitCode, world.asked]).toEqual([0, []]);
    expect(text).toContain('npm run evacuate -- REGION');
  });
});

describe('npm run restore', () => {
  test('gives the switch back to the judge', async () => {
    const world = worldWith({});

    const { exitCode, text } = await outcomeOf(runRestore, ['us-east-2'], world);

    expect(exitCode).toBe(0);
    expect(world.writes).toEqual([`us-west-2 ${HAND}=automatic`]);
    expect(text).toContain(`${RAW} automatic --overwrite`);
    expect(text).toContain('us-east-2 does not answer');
    expect(text).toContain('returns after 10 clean minutes');
  });

  test('holds the Region in service with --hold', async () => {
    const world = worldWith();

    const { exitCode, text } = await outcomeOf(runRestore, ['us-east-2', '--hold'], world);

    expect(exitCode).toBe(0);
    expect(world.writes).toEqual([`us-west-2 ${HAND}=in-service`]);
    expect(text).toContain(`${RAW} in-service --overwrite`);
    expect(text).toContain('no longer evacuates it');
  });

  test('only prints with --dry-run', async () => {
    const world = worldWith();

    const { exitCode, text } = await outcomeOf(runRestore, ['us-east-2', '--hold', '--dry-run'], world);

    expect([exitCode, world.writes]).toEqual([0, []]);
    expect(text).toContain(`${RAW} in-service --overwrite`);
  });

  test('says so when the switch cannot be reached', async () => {
    const world = worldWith();
    world.lost.add('us-west-2');

    const { exitCode, text } = await outcomeOf(runRestore, ['us-east-2'], world);

    expect(exitCode).toBe(1);
    expect(text).toContain('Not done');
  });

  test('prints its help', async () => {
    const { exitCode, text } = await outcomeOf(runRestore, ['--help'], worldWith());

    expect(exitCode).toBe(0);
    expect(text).toContain('--hold');
  });
});
