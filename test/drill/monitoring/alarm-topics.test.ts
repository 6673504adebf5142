import type { EventRecord } from '../../../lib/drill/kernel/event-record';
import { lognormalConstant } from '../../../lib/drill/model/constants';
import { AlarmTopics } from '../../../lib/drill/monitoring/alarm-topics';
import { type ContextProps, drillContext, fault } from '../drill-context';
import { LogRecords } from '../log-records';
import { westernAssembly } from './alarms';

const ASSEMBLY = westernAssembly({
  Topic: {
    Type: 'AWS::SNS::Topic',
    Properties: { Subscription: [{ Protocol: 'sqs', Endpoint: 'arn:aws:sqs:us-west-2:111122223333:alerts' }] },
  },
  Other: { Type: 'AWS::SNS::Topic', Properties: {} },
  Person: {
    Type: 'AWS::SNS::Subscription',
    Properties: { Protocol: 'email', TopicArn: { Ref: 'Topic' }, Endpoint: 'people@example.com' },
  },
});

/** What a hundred messages come to, one a second from 0 on. */
async function told(
  faults: NonNullable<ContextProps['faults']> = [],
  topic = 'West/Topic',
): Promise<readonly EventRecord<'notification'>[]> {
  const log = new LogRecords();
  const context = drillContext({ faults, onLog: log.onLog });
  const topics = new AlarmTopics(ASSEMBLY, context);
  for (let second = 0; second < 100; second++) {
    context.scheduler.at(1000 * second, () =>
      topics.tell(topic, { alarm: 'West/Alarm', region: 'us-west-2', state: 'ALARM' }),
    );
  }
  await context.scheduler.run(100_000);
  context.log.sha256();
  return log.of('notification');
}

const delays = (records: readonly EventRecord<'notification'>[]): readonly number[] =>
  records.map(({ t, deliveredMs }) => (deliveredMs ?? Number.NaN) - t);

const sns = { target: 'sns', region: 'us-west-2' } as const;

test('a message reaches all who subscribe, those in the topic itself and those beside it, after its latency', async () => {
  const records = await told();

  expect(records[0]).toEqual({
    t: 0,
    is: 'notification',
    topic: 'West/Topic',
    alarm: 'West/Alarm',
    region: 'us-west-2',
    state: 'ALARM',
    to: ['sqs', 'email'],
    deliveredMs: expect.any(Number),
  });
  const median = [...delays(records)].sort((left, right) => left - right)[50] ?? Number.NaN;
  // The median of a hundred draws of such a width strays by an eighth; four times that is allowed.
  expect(Math.abs(Math.log(median / lognormalConstant('sns.latency').p50))).toBeLessThan(0.5);
  expect((await told([], 'West/Other'))[0]?.to).toEqual([]);
});

test('a delay of SNS holds messages back, at the latest until it ends', async () => {
  const late = fault({ ...sns, kind: 'delay', delayMs: 40_000, startMs: 10_000, endMs: 60_000 });
  const [usual, held] = [delays(await told()), delays(await told([late]))];

  expect(held[15]).toBe(40_000);
  expect(held[50]).toBe(10_000);
  expect([held[5], held[60]]).toEqual([usual[5], usual[60]]);
});

test('errors of SNS lose messages, of their Region and of the topics that they are meant for', async () => {
  const lostOf = async (rest: Parameters<typeof fault>[0]): Promise<number> =>
    (await told([fault({ ...sns, endMs: 50_000, ...rest })])).filter(({ deliveredMs }) => deliveredMs === null).length;

  expect(await lostOf({})).toBe(50);
  expect(await lostOf({ resources: ['West/Other'] })).toBe(0);
  expect(await lostOf({ region: 'us-east-2' })).toBe(0);
  expect(await lostOf({ target: 'cloudwatch' })).toBe(0);
});
