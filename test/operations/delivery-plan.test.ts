import type { App } from 'aws-cdk-lib/core';
import { readAssembly } from '../../lib/assembly';
import { type BlueprintConfig, names, type ZonedConfig } from '../../lib/config';
import { runPlan } from '../../lib/operations/delivery-commands';
import { type DeliveryPlan, deliveryPlan } from '../../lib/operations/delivery-plan';
import { Blueprint } from '../../lib/stacks';
import { DEFAULT_BLUEPRINT, EVENTUAL_BLUEPRINT, LAVISH_BLUEPRINT, qualified, zoned } from '../helpers/configs';
import { testApp } from '../helpers/synthesize';

interface Template {
  readonly Resources: Readonly<Record<string, { Type: string; Properties: { AlarmName?: string } }>>;
}

function synthesized(config: ZonedConfig): ReturnType<App['synth']> {
  const app = testApp();
  new Blueprint(app, config);
  return app.synth();
}

function planned(config: ZonedConfig, selected: readonly string[] = config.regions) {
  const stacks = synthesized(config).stacks.map((stack) => ({
    name: stack.stackName,
    region: stack.environment.region,
    dependencies: stack.dependencies.map(({ id }) => id),
    template: stack.template as Template,
  }));
  return { stacks, plan: deliveryPlan(stacks, config, selected) };
}

/** Every turn after the foundations, in the order of the workflow's jobs. */
const turnsOf = ({ data, regions, last }: DeliveryPlan) => [...(data ? [data] : []), ...regions, ...last];

const REGION_SWITCH: BlueprintConfig = { ...DEFAULT_BLUEPRINT, evacuation: 'region-switch' };

describe.each([
  ['default', DEFAULT_BLUEPRINT],
  ['eventual', EVENTUAL_BLUEPRINT],
  ['lavish', LAVISH_BLUEPRINT],
  ['Region switch', REGION_SWITCH],
])('the plan of the %s blueprint', (_, raw) => {
  const config = zoned(raw);
  const { stacks, plan } = planned(config);

  test('deploys every stack once, or leaves it to a person', () => {
    const deployed = turnsOf(plan).flatMap((turn) => turn.stacks);

    expect([...deployed, ...plan.byHand].sort()).toEqual(stacks.map(({ name }) => name).sort());
    expect(plan.byHand.filter((name) => !/-(zone|vault)$/.test(name))).toEqual([]);
  });

  test('changes one Region in each turn, in the order of the config', () => {
    expect(plan.regions.map(({ region }) => region)).toEqual(config.regions);
    for (const turn of [...plan.foundations, ...turnsOf(plan)]) {
      for (const name of turn.stacks) expect(stacks.find((stack) => stack.name === name)?.region).toBe(turn.region);
    }
  });

  test('deploys each stack after those it depends on, once the foundations exist', () => {
    const done = new Set([...plan.foundations.flatMap((turn) => turn.stacks), ...plan.byHand]);
    for (const name of turnsOf(plan).flatMap((turn) => turn.stacks)) {
      const missing = stacks
        .find((stack) => stack.name === name)
        ?.dependencies.filter((id) => stacks.some((stack) => stack.name === id) && !done.has(id));
      expect([name, missing]).toEqual([name, []]);
      done.add(name);
    }
  });

  test('takes credentials from another Region than the one it changes', () => {
    for (const { region, credentialsRegion } of [...plan.foundations, ...turnsOf(plan)]) {
      expect(credentialsRegion).not.toBe(region);
      expect(config.regions).toContain(credentialsRegion);
    }
  });

  test('names alarms that the Region has, so that CloudFormation watches them', () => {
    for (const { region, rollbackAlarms } of plan.regions) {
      const serving = stacks.find(({ name }) => name === names.regionStack(config.application, region));
      const alarms = Object.values(serving?.template.Resources ?? {})
        .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
        .map(({ Properties }) => `arn:aws:cloudwatch:${region}:${config.account}:alarm:${Properties.AlarmName}`);

      expect(rollbackAlarms).toHaveLength(2);
      expect(alarms).toEqual(expect.arrayContaining([...rollbackAlarms]));
    }
  });
});

describe('the plan when a Region is left out', () => {
  test('deploys to the others alone, and asks the lost one for nothing', () => {
    const config = zoned(EVENTUAL_BLUEPRINT);

    const { plan } = planned(config, ['eu-west-1', 'ap-southeast-2']);

    expect(plan.regions.map(({ region }) => region)).toEqual(['eu-west-1', 'ap-southeast-2']);
    expect(plan.data?.region).toBe('eu-west-1');
    expect(JSON.stringify({ ...plan, byHand: [] })).not.toContain('ca-central-1');
    expect(plan.last).toEqual([]);
  });

  test('leaves the table as it is when its owner is the lost one', () => {
    const { plan } = planned(qualified(), ['us-west-2']);

    expect(plan.data).toBeNull();
    expect(plan.regions).toEqual([expect.objectContaining({ region: 'us-west-2', credentialsRegion: 'us-west-2' })]);
  });
});

describe('stacks that a fork has added', () => {
  const { plan } = (() => {
    const config = qualified();
    const { stacks } = planned(config);
    const added = [
      { name: 'dispatch-search-us-west-2', region: 'us-west-2' },
      { name: 'dispatch-reports', region: 'eu-central-1' },
    ];
    return { plan: deliveryPlan([...stacks, ...added], config, config.regions) };
  })();

  test('go with their Region, before what serves there', () => {
    expect(plan.regions[1]?.stacks).toEqual([
      'dispatch-foundation-us-west-2',
      'dispatch-search-us-west-2',
      'dispatch-us-west-2',
    ]);
  });

  test('are left to a person elsewhere', () => {
    expect(plan.byHand).toEqual(['dispatch-reports']);
  });
});

describe('the command that plans', () => {
  const { directory } = synthesized(qualified());
  const stacksIn = (path: string) => readAssembly(path).stacks;
  const printed = (...args: string[]): string => {
    const lines: string[] = [];
    expect(runPlan(args, stacksIn, (line) => lines.push(line))).toBe(0);
    return lines.join('\n');
  };

  test('reads the assembly and prints one line that a workflow can read', () => {
    const { plan } = planned(qualified());

    expect(JSON.parse(printed(directory))).toEqual(JSON.parse(JSON.stringify(plan)));
    expect(printed(directory)).not.toContain('\n');
  });

  test.each(['us-west-2', 'us-west-2, us-west-2', ' us-west-2 '])('takes %p for a choice of Regions', (list) => {
    expect(JSON.parse(printed(directory, '--regions', list)).regions).toHaveLength(1);
  });

  test('refuses a Region that is none, and a directory that is no assembly', () => {
    expect(() => runPlan([directory, '--regions', 'us-west-2 moon-1'], stacksIn, () => undefined)).toThrow(
      '--regions: found "moon-1"; allowed: an active Region: us-east-2, us-west-2',
    );
    expect(() => runPlan(['nowhere'], stacksIn, () => undefined)).toThrow('manifest.json');
  });
});
