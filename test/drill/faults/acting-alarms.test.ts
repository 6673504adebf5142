import type { Assembly } from '../../../lib/assembly';
import { isActingAlarm, topicInvokes } from '../../../lib/drill/faults/acting-alarms';
import { hasFoothold } from '../../../lib/drill/faults/foothold';
import { outageFaults } from '../../../lib/drill/faults/outage-faults';
import { findOutage, transpose } from '../../../lib/outages';
import { EAST, healedService } from '../alarm-actions/healed-service';
import { westernAssembly } from '../monitoring/alarms';

const acting = (assembly: Assembly): readonly string[] =>
  assembly.resources.filter((resource) => isActingAlarm(assembly, resource)).map(({ logicalId }) => logicalId);

test.each([
  ['a function', { 'Fn::GetAtt': ['Healer', 'Arn'] }, ['Alarm']],
  ['an alias of one', { Ref: 'Live' }, ['Alarm']],
  ['a function that no template has', 'arn:aws:lambda:us-west-2:111122223333:function:other', ['Alarm']],
  ['a topic that a function subscribes to', { Ref: 'Told' }, ['Alarm']],
  ['a topic that people subscribe to', { Ref: 'People' }, []],
  ['an instance', 'arn:aws:automate:us-west-2:ec2:recover', []],
])('an alarm that acts on %s', (_what, action, expected) => {
  const assembly = westernAssembly({
    Alarm: { Type: 'AWS::CloudWatch::CompositeAlarm', Properties: { AlarmRule: 'TRUE', OKActions: [action] } },
    Healer: { Type: 'AWS::Lambda::Function', Properties: {} },
    Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Healer' }, Name: 'live' } },
    Told: { Type: 'AWS::SNS::Topic', Properties: {} },
    Subscription: {
      Type: 'AWS::SNS::Subscription',
      Properties: { TopicArn: { Ref: 'Told' }, Protocol: 'lambda', Endpoint: { 'Fn::GetAtt': ['Healer', 'Arn'] } },
    },
    People: {
      Type: 'AWS::SNS::Topic',
      Properties: { Subscription: [{ Protocol: 'email', Endpoint: 'people@example.com' }] },
    },
  });

  expect(acting(assembly)).toEqual(expected);
  const topics = assembly.resourcesOf('AWS::SNS::Topic').filter((topic) => topicInvokes(assembly, topic));
  expect(topics.map(({ logicalId }) => logicalId)).toEqual(['Told']);
});

describe('what an outage of CloudWatch or SNS acts on', () => {
  const disabled = { ActionsEnabled: false };
  const sns = { target: 'sns' } as const;
  const cloudwatch = { target: 'cloudwatch' } as const;

  test('is alarms that act, and topics that functions subscribe to', () => {
    expect(hasFoothold(healedService({ way: 'direct' }), cloudwatch, EAST)).toBe(true);
    expect(hasFoothold(healedService({ way: 'direct' }), cloudwatch, 'eu-west-1')).toBe(false);
    expect(hasFoothold(healedService({ way: 'direct', alarm: disabled }), cloudwatch, EAST)).toBe(false);
    expect(hasFoothold(healedService({ way: 'topic' }), sns, EAST)).toBe(true);
    expect(hasFoothold(healedService({ way: 'direct' }), sns, EAST)).toBe(false);
  });

  test('alarms that nothing depends on are none of it, and others lose their metrics', () => {
    const outage = transpose(findOutage('aws-2020-11-25'), EAST);
    const felt = (assembly: Assembly) => {
      const { faults, reach } = outageFaults(outage, assembly, 0, Number.POSITIVE_INFINITY);
      const alarms = reach.find(({ service }) => service === 'cloudwatch:alarms');
      return { outcome: alarms?.outcome, faults: faults.filter(({ target }) => target === 'cloudwatch') };
    };

    expect(felt(healedService({ way: 'direct' }))).toEqual({
      outcome: 'modelled',
      faults: [expect.objectContaining({ phaseId: 'p4', region: EAST, kind: 'error', share: 0.8 })],
    });
    expect(felt(healedService({ way: 'direct', alarm: disabled }))).toEqual({ outcome: 'out-of-reach', faults: [] });
  });
});
