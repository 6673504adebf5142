import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { NotModelled } from '../../../lib/drill/not-modelled';
import { World } from '../../../lib/drill/world/world';
import { drillContext, fault } from '../drill-context';
import { recordErrors } from '../event-schema';
import { LogRecords } from '../log-records';
import { HOST } from '../written/written-service';
import { EAST, type HealedService, healedService, WEST } from './healed-service';

/** Second from which requests to the table of us-east-2 fail, and the end of the run. */
const [STRIKE, END] = [240, 900];

/** Calendar time of virtual time zero. */
const EPOCH_MS = Date.UTC(2026, 0, 5, 12);

interface Lived {
  /** What became of Regions in DNS. */
  readonly regions: readonly { readonly region: string; readonly served: boolean; readonly seconds: number }[];
  /** Events that the healing function got, with its Region. */
  readonly healed: readonly { readonly by: string; readonly event: Record<string, unknown> }[];
  readonly log: LogRecords;
  readonly sha256: string;
}

/** Lives through it: six requests a minute in each Region, each for so many. */
async function live(service: HealedService, faults: readonly Fault[] = [], standsFor = 20): Promise<Lived> {
  const log = new LogRecords();
  const context = drillContext({
    epochMs: EPOCH_MS,
    onLog: log.onLog,
    faults: [fault({ target: 'dynamodb', region: EAST, startMs: 1000 * STRIKE, endMs: 1000 * END }), ...faults],
  });
  const { scheduler } = context;
  const healed: { by: string; event: Record<string, unknown> }[] = [];
  const world = await World.build(healedService(service), context, {
    atRest: 10,
    onOutput: (label, text) => {
      if (label.includes('Healer')) healed.push({ by: label.replace(/#.*/, ''), event: JSON.parse(text) });
    },
  });
  const regions: { region: string; served: boolean; seconds: number }[] = [];
  world.route53.onServedRegionChange(({ region, served, decidedMs }) =>
    regions.push({ region, served, seconds: decidedMs / 1000 }),
  );
  world.start();
  for (let second = 5; second < END; second += 10) {
    scheduler.at(1000 * second, () => {
      for (const region of [EAST, WEST]) {
        const asked = world.ask(region, { method: 'GET', path: '/parcels/p-1', host: HOST, standsFor });
        scheduler.spawn(asked.then(() => undefined));
      }
    });
  }
  await scheduler.run(1000 * END);
  world.stop();
  return { regions, healed, log, sha256: context.log.sha256() };
}

const outcomes = ({ log }: Lived): readonly string[] =>
  log.of('alarm-action').map(({ alarm, state, outcome }) => `${alarm} ${state} ${outcome}`);

describe.each(['direct', 'alias', 'topic', 'topic with subscription inside', 'composite'] as const)(
  'an alarm that invokes a function (%s)',
  (way) => {
    test('takes its Region out of DNS, some minutes after its clients met errors, because the function says so', async () => {
      const lived = await live({ way });
      const [left, ...others] = lived.regions;

      expect(others).toEqual([]);
      expect(left).toMatchObject({ region: EAST, served: false });
      // A minute of errors is over, can be read 60 to 240 s later and is looked at within 60 s; checkers turn within 60 to 120 s.
      expect(left?.seconds).toBeGreaterThanOrEqual(STRIKE + 60 + 60 + 60);
      expect(left?.seconds).toBeLessThanOrEqual(STRIKE + 60 + 240 + 60 + 120);
      expect(lived.healed.map(({ by }) => by)).toEqual([`${EAST}/Healer`]);
      const acting = way === 'composite' ? 'Any' : 'Errors';
      expect(outcomes(lived)).toEqual([`${EAST}/${acting} ALARM answer`]);
      const told = lived.log.of('alarm-action').map(({ topic }) => topic);
      expect(told).toEqual(way.startsWith('topic') ? [`${EAST}/Topic`] : [undefined]);
    });
  },
);

test.each(['direct', 'topic'] as const)(
  'it stays there when the policy of the function does not let it (%s)',
  async (way) => {
    const lived = await live({ way, permission: null });

    expect(lived.regions).toEqual([]);
    expect(lived.healed).toEqual([]);
    expect(outcomes(lived)).toEqual([`${EAST}/Errors ALARM forbidden`]);
  },
);

test('records of alarms that act are such as the schema knows', async () => {
  const { log } = await live({ way: 'topic' });
  const records = [...log.of('notification'), ...log.of('alarm-action')];

  expect(new Set(records.map(({ is }) => is)).size).toBe(2);
  expect(records.flatMap(recordErrors)).toEqual([]);
});

test('metrics count what requests stand for', async () => {
  // Six requests a minute: 96 errors are too few, 102 are enough.
  expect((await live({ way: 'direct' }, [], 16)).regions).toEqual([]);
  expect((await live({ way: 'direct' }, [], 17)).regions).toHaveLength(1);
});

describe('what keeps the function from being invoked', () => {
  const span = { region: EAST, startMs: 1000 * STRIKE, endMs: 1000 * END };

  test.each([
    ['CloudWatch that loses its metrics', { target: 'cloudwatch' }],
    ['CloudWatch that is an hour late', { target: 'cloudwatch', kind: 'delay', delayMs: 3_600_000 }],
  ] as const)('%s', async (_what, broken) => {
    const lived = await live({ way: 'direct' }, [fault({ ...span, ...broken })]);

    expect(lived.regions).toEqual([]);
    expect(outcomes(lived)).toEqual([]);
  });

  test('SNS that loses messages, where a topic is in between', async () => {
    const broken = [fault({ ...span, target: 'sns' })];

    expect((await live({ way: 'topic' }, broken)).healed).toEqual([]);
    expect((await live({ way: 'direct' }, broken)).healed).toHaveLength(1);
  });

  test('Lambda that fails in the Region, until it does no longer', async () => {
    const broken = fault({ ...span, target: 'lambda', endMs: 500_000, resources: [`${EAST}/Healer`] });
    const lived = await live({ way: 'direct' }, [broken]);
    const [first] = lived.log.of('alarm-action');

    expect(first?.outcome).toBe('service-error, again');
    expect(lived.log.of('alarm-action').at(-1)).toMatchObject({ outcome: 'answer', sentMs: first?.sentMs });
    expect(lived.log.of('alarm-action').at(-1)?.t).toBeGreaterThan(500_000);
  });

  test('actions that are disabled', async () => {
    expect((await live({ way: 'direct', alarm: { ActionsEnabled: false } })).healed).toEqual([]);
  });
});

test('a function that fails is run again after one and two minutes, with the same event', async () => {
  const lived = await live({ way: 'topic', first: "if (runs < 3) throw new Error('not yet');" });
  const [first, ...others] = lived.healed.map(({ event }) => event);

  expect(others).toEqual([first, first]);
  const actions = lived.log.of('alarm-action');
  expect(actions.map(({ outcome }) => outcome)).toEqual(['function-error, again', 'function-error, again', 'answer']);
  expect(((actions[2]?.t ?? 0) - (actions[0]?.t ?? 0)) / 1000).toBeCloseTo(180, -1);
});

test('every state has actions of its own, which follow its changes and nothing else', async () => {
  const toHealer = [{ 'Fn::GetAtt': ['Healer', 'Arn'] }];
  const lived = await live({ way: 'direct', alarm: { OKActions: toHealer } });

  // Alarms are new when the drill begins, and come to be well.
  expect(outcomes(lived).toSorted()).toEqual([
    `${EAST}/Errors ALARM answer`,
    `${EAST}/Errors OK answer`,
    `${WEST}/Errors OK answer`,
  ]);
});

test('the same seed gives the same bytes', async () => {
  const [one, other] = [await live({ way: 'topic' }), await live({ way: 'topic' })];

  expect(other.sha256).toBe(one.sha256);
  expect((await live({ way: 'direct' })).sha256).not.toBe(one.sha256);
});

describe('refuses', () => {
  const build = (service: HealedService) => World.build(healedService(service), drillContext());

  test.each([
    [
      'an alarm that acts and cannot be evaluated',
      { alarm: { MetricName: 'IntegrationLatency' } },
      /alarm us-east-2\/Errors, which invokes Healer: AWS\/ApiGateway\/IntegrationLatency.*no service/,
    ],
    [
      'a function that no template has',
      { alarm: { AlarmActions: ['arn:aws:lambda:us-east-2:111122223333:function:other'] } },
      /AWS::CloudWatch::Alarm us-east-2\/Errors: it invokes arn:.*:other, which no template has/,
    ],
    [
      'a topic in another Region that invokes a function',
      {
        way: 'topic',
        alarm: { AlarmActions: ['arn:aws:sns:us-west-2:111122223333:alerts'] },
        more: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'alerts' } } },
      },
      /Alarm us-east-2\/Errors: it tells us-west-2\/Topic in another Region, which invokes a function/,
    ],
    [
      'a subscription of a function that is known only after deployment',
      { way: 'topic', subscription: { Endpoint: { 'Fn::ImportValue': 'healer' } } },
      /Topic us-east-2\/Topic: it invokes .*, which no template has/,
    ],
    [
      'a topic that keeps an order',
      { way: 'topic', more: { Topic: { Type: 'AWS::SNS::Topic', Properties: { FifoTopic: true } } } },
      /Topic us-east-2\/Topic, which is FIFO and invokes a function/,
    ],
    [
      'a subscription that filters messages',
      { way: 'topic', subscription: { FilterPolicy: { state: ['ALARM'] } } },
      /FilterPolicy of a function's subscription to AWS::SNS::Topic us-east-2\/Topic/,
    ],
    [
      'a function in another Region',
      { alarm: { AlarmActions: ['arn:aws:lambda:us-west-2:111122223333:function:healer'] } },
      /us-east-2\/Errors: it invokes us-west-2\/Healer in another Region/,
    ],
    [
      'an alarm whose actions another one keeps back',
      {
        way: 'composite',
        more: {
          Any: {
            Type: 'AWS::CloudWatch::CompositeAlarm',
            Properties: {
              AlarmRule: 'ALARM("errors-us-east-2")',
              ActionsSuppressor: 'errors-us-east-2',
              AlarmActions: [{ 'Fn::GetAtt': ['Healer', 'Arn'] }],
            },
          },
        },
      },
      /us-east-2\/Any, which invokes Healer: another alarm that keeps its actions back/,
    ],
  ] as const)('%s', async (_what, service, message) => {
    const error = await build({ way: 'direct', ...service }).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(NotModelled);
    expect(String(error)).toMatch(message);
  });

  test('none of these where nobody subscribes but people', async () => {
    const subscription = { Protocol: 'email', Endpoint: 'people@example.com', FilterPolicy: { state: ['ALARM'] } };

    await expect(build({ way: 'topic', subscription })).resolves.toBeInstanceOf(World);
  });
});
