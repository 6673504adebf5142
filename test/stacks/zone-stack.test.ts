import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { qualifyConfig } from '../../lib/config';
import { Blueprint, ZoneStack } from '../../lib/stacks';
import { DEFAULT_BLUEPRINT, qualified } from '../helpers/configs';
import { synthesize, templateOf, testApp } from '../helpers/synthesize';

const OWNED = qualifyConfig(
  { ...DEFAULT_BLUEPRINT, hostedZone: { name: 'example.com', owned: true } },
  'test.config.ts',
);

describe('a zone of our own', () => {
  const stack = new ZoneStack(testApp(), OWNED);
  const template = templateOf(stack);

  test('has accelerated recovery on and outlives its stack', () => {
    const [zone, ...others] = Object.values(template.Resources);

    expect(others).toEqual([]);
    expect(zone).toMatchObject({
      Type: 'AWS::Route53::HostedZone',
      DeletionPolicy: 'Retain',
      Properties: {
        Name: 'example.com.',
        HostedZoneFeatures: { EnableAcceleratedRecovery: true },
        HostedZoneTags: [{ Key: 'application', Value: 'dispatch' }],
      },
    });
  });

  test('tells its identifier and its name servers', () => {
    const { Outputs } = template as { Outputs?: Record<string, unknown> };

    expect(Object.keys(Outputs ?? {})).toEqual(['HostedZoneId', 'NameServers']);
  });

  test('says what to do next while the config lacks its identifier', () => {
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('cdk deploy dispatch-zone.*HostedZoneId'));
  });
});

test('stays beside the other stacks, silent, once the config has its identifier', () => {
  const config = qualified({ hostedZone: { id: 'Z0123456789EXAMPLE', name: 'example.com', owned: true } });
  const app = testApp();
  new Blueprint(app, config);

  const zone = app.node.findChild('dispatch-zone') as ZoneStack;
  expect(Annotations.fromStack(zone).findWarning('*', Match.anyValue())).toEqual([]);
  expect(Object.keys(synthesize(config))).toEqual(expect.arrayContaining(['dispatch-zone', 'dispatch-us-east-2']));
});

test('of somebody else is not touched', () => {
  expect(Object.keys(synthesize(qualified()))).not.toContain('dispatch-zone');
});
