import { holderOf, names, presets, wardOf, type ZonedConfig } from '../../lib/config';
import { CHECKER_REGIONS } from '../../lib/constructs';
import { EVENTUAL_BLUEPRINT, LAVISH_BLUEPRINT, qualified, zoned } from '../helpers/configs';
import { type NormalTemplate, propertiesOf, synthesize } from '../helpers/synthesize';

const DASHBOARD = 'AWS::CloudWatch::Dashboard';

describe.each<[string, ZonedConfig]>([
  ['two Regions', qualified()],
  ['three Regions', zoned(EVENTUAL_BLUEPRINT)],
  ['six Regions and every option', zoned(LAVISH_BLUEPRINT)],
  ['a plan of Region switch', qualified({ evacuation: 'region-switch' })],
  ['Europe', qualified({ ...presets.eu })],
])('with %s', (_, config) => {
  const templates = synthesize(config);

  test.each(['regionStack', 'foundationStack'] as const)(
    'every %s is the same but for the names of Regions',
    (kind) => {
      const [first, ...others] = config.regions.map((region) =>
        withRoles(templates[names[kind](config.application, region)], config, region),
      );

      expect(JSON.stringify(first).length).toBeGreaterThan(100);
      for (const other of others) expect(other).toEqual(first);
    },
  );
});

test('every Region has the same dashboard, under its own name', () => {
  const config = zoned(EVENTUAL_BLUEPRINT);
  const templates = synthesize(config);
  const dashboards = config.regions.map((region) =>
    propertiesOf(templates[names.regionStack(config.application, region)] ?? { Resources: {} }, DASHBOARD),
  );

  for (const [index, region] of config.regions.entries()) {
    expect(dashboards[index]).toEqual([expect.objectContaining({ DashboardName: `dispatch-${region}` })]);
    expect(dashboards[index]?.[0]?.DashboardBody).toBeDefined();
    expect(dashboards[index]?.[0]?.DashboardBody).toEqual(dashboards[0]?.[0]?.DashboardBody);
  }
});

test('a template that differs by more than names is seen', () => {
  const config = qualified();
  const [east, west] = config.regions;
  const templates = synthesize(config);
  const template = templates[names.regionStack(config.application, east)];
  const [[id, resource] = ['', undefined]] = Object.entries(template?.Resources ?? {});
  if (!template || !resource) throw new Error('no resource');
  const changed = { ...template, Resources: { ...template.Resources, [id]: { ...resource, Properties: {} } } };

  expect(withRoles(changed, config, east)).not.toEqual(
    withRoles(templates[names.regionStack(config.application, west)], config, west),
  );
});

describe('a third Region', () => {
  const [first, second] = ['eu-west-1', 'ca-central-1'] as const;
  const third = 'ap-southeast-2';
  const two = zoned({ ...EVENTUAL_BLUEPRINT, regions: [first, second] });
  const three = zoned({ ...EVENTUAL_BLUEPRINT, regions: [first, second, third] });
  const before = synthesize(two);
  const after = synthesize(three);

  test('brings its own stacks and no other', () => {
    const added = Object.keys(after).filter((stack) => before[stack] === undefined);

    expect(added.sort()).toEqual(['dispatch-ap-southeast-2', 'dispatch-foundation-ap-southeast-2']);
    expect(Object.keys(before).filter((stack) => after[stack] === undefined)).toEqual([]);
  });

  test('joins the replicas of the table and changes nothing else about it', () => {
    const [own, other] = [before, after].map((templates) => Object.values(templates['dispatch-data']?.Resources ?? {}));
    const replicasOf = (resources: typeof own) => resources?.[0]?.Properties.Replicas as { Region: string }[];
    const withoutReplicas = (resources: typeof own) =>
      resources?.map(({ Properties: { Replicas, ...rest }, ...resource }) => ({ ...resource, Properties: rest }));

    expect(replicasOf(other).filter(({ Region }) => Region !== third)).toEqual(replicasOf(own));
    expect(replicasOf(other).filter(({ Region }) => Region === third)).toHaveLength(1);
    expect(withoutReplicas(other)).toEqual(withoutReplicas(own));
  });

  test('takes its place in the ring between its neighbours', () => {
    expect([first, second, third].map((region) => holderOf(three.regions, region))).toEqual([second, third, first]);
    expect([first, second, third].map((region) => wardOf(three.regions, region))).toEqual([third, first, second]);
  });

  test('changes in other Regions only what names every Region or a neighbour in the ring', () => {
    const changedIn = (stack: string) => changedResources(before[stack], after[stack]);

    // The first Region now judges the third; the second still judges the first, and may probe one Region more.
    expect(changedIn('dispatch-foundation-ca-central-1')).toEqual(['AWS::IAM::Policy of EvacuationJudgeRole']);
    for (const changed of changedIn('dispatch-foundation-eu-west-1')) expect(changed).toMatch(/ of Evacuation/);
    // The first Region's judge speaks of another ward; the second Region's switch and its other replica moved to the third.
    expect(withoutReachOfAll(changedIn('dispatch-eu-west-1'))).toEqual(['AWS::CloudWatch::Alarm of Watchjudgesilent']);
    expect(withoutReachOfAll(changedIn('dispatch-ca-central-1'))).toEqual([
      'AWS::IAM::Policy of ApiFunctionRole',
      'AWS::Lambda::Function of ApiFunction',
      'AWS::Route53::HealthCheck of DnsFirstSwitch',
      'AWS::Route53::HealthCheck of DnsRestSwitch',
    ]);
  });

  test('and its departure brings the old templates back, whatever its place', () => {
    const middle = zoned({ ...EVENTUAL_BLUEPRINT, regions: [first, third, second] });
    const left = zoned({ ...EVENTUAL_BLUEPRINT, regions: middle.regions.filter((region) => region !== third) });

    expect(synthesize(left)).toEqual(before);
  });
});

/** Resources of a template that another one does not have, or has otherwise. */
function changedResources(before: NormalTemplate | undefined, after: NormalTemplate | undefined): string[] {
  const [old, now] = [before?.Resources ?? {}, after?.Resources ?? {}];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((id) => JSON.stringify(old[id]) !== JSON.stringify(now[id]))
    .map((id) => `${(now[id] ?? old[id])?.Type} of ${id.replace(/(DefaultPolicy)?[0-9A-F]{8}$/, '')}`)
    .sort();
}

/** Leaves out what names all Regions by its purpose: replication to every other one, its alarms and its pause, and the dashboard. */
function withoutReachOfAll(changed: readonly string[]): string[] {
  return changed.filter(
    (name) => !/ of (Replication|Watch(pending|replication)to|Experimentsbucketreplicationpause)|Dashboard/.test(name),
  );
}

/**
 * A template with its Regions named by their places in the ring, counted from its own, and with every list in one order: what
 * two Regions have in common. The Regions of Route 53's checkers are the same everywhere and keep their names; a dashboard shows all
 * Regions in the order of the config and is compared by itself.
 */
function withRoles(template: NormalTemplate | undefined, { regions }: ZonedConfig, own: string): unknown {
  const checkers = JSON.stringify(CHECKER_REGIONS);
  let text = JSON.stringify({ ...template, Resources: withoutDashboards(template) }).replaceAll(
    checkers,
    '"<checkers>"',
  );
  for (const [index, region] of regions.entries()) {
    const place = `<region+${(index - regions.indexOf(own) + regions.length) % regions.length}>`;
    // A logical identifier that has the name of a Region ends with a hash of it.
    text = text.replaceAll(region, place);
    text = text.replaceAll(new RegExp(`${region.replaceAll('-', '')}[0-9A-F]{8}`, 'g'), place);
  }
  return inOrder(JSON.parse(text));
}

function withoutDashboards(template: NormalTemplate | undefined): unknown {
  return Object.fromEntries(Object.entries(template?.Resources ?? {}).filter(([, { Type }]) => Type !== DASHBOARD));
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(inOrder).sort((left, right) => compare(JSON.stringify(left), JSON.stringify(right)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, inOrder(inner)] as const)
      .sort(([left], [right]) => compare(left, right)),
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
