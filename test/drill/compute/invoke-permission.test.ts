import { type Invoker, mayInvoke, nameInArn } from '../../../lib/drill/compute/invoke-permission';
import { readTemplate } from '../../assembly/write-assembly';

const ALARMS = 'lambda.alarms.cloudwatch.amazonaws.com';

/** Whether alarm `Alarm` may invoke function `Healer`, or its alias, by this permission. */
function allowed(permission: Readonly<Record<string, unknown>>, qualifier?: string, properties: object = {}): boolean {
  const Permission = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      FunctionName: { Ref: 'Healer' },
      Action: 'lambda:InvokeFunction',
      Principal: ALARMS,
      ...permission,
    },
  };
  const assembly = readTemplate({
    Resources: {
      Healer: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'healer' } },
      Other: { Type: 'AWS::Lambda::Function', Properties: {} },
      Live: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Healer' }, Name: 'live' } },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmName: 'errors', ...properties } },
      Permission,
    },
  });
  const [healer] = assembly.resourcesOf('AWS::Lambda::Function');
  const [source] = assembly.resourcesOf('AWS::CloudWatch::Alarm');
  if (!healer || !source) throw new Error('nothing was read');
  const name = nameInArn(source, 'AlarmName');
  const invoker: Invoker = {
    principal: ALARMS,
    source,
    sourceArn: `arn:aws:cloudwatch:us-east-2:111122223333:alarm:${name}`,
  };
  return mayInvoke(assembly, { function: healer, ...(qualifier === undefined ? {} : { qualifier }) }, invoker);
}

const arn = (name: string) => ({
  SourceArn: { 'Fn::Sub': `arn:aws:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${name}` },
});

test.each([
  ['says no source', {}],
  ['refers to the alarm', { SourceArn: { 'Fn::GetAtt': ['Alarm', 'Arn'] } }],
  ['names it', arn('errors')],
  ['names all of its kind', arn('*')],
  ['names some of its kind', arn('e?ror*')],
  ['names its account', { SourceAccount: { Ref: 'AWS::AccountId' } }],
  ['names the function', { FunctionName: 'healer' }],
  ['names the function by its ARN', { FunctionName: { 'Fn::GetAtt': ['Healer', 'Arn'] } }],
  ['allows everything', { Action: 'lambda:*', Principal: '*' }],
])('a permission that %s allows', (_what, permission) => {
  expect(allowed(permission)).toBe(true);
});

test.each([
  ['is for another function', { FunctionName: { Ref: 'Other' } }],
  ['is for an alias', { FunctionName: { Ref: 'Live' } }],
  ['is for another service', { Principal: 'sns.amazonaws.com' }],
  ['is for another action', { Action: 'lambda:GetFunction' }],
  ['is for function URLs', { FunctionUrlAuthType: 'NONE' }],
  ['names another alarm', arn('other')],
  ['names an alarm whose name only begins alike', arn('error')],
  ['names another account', { SourceAccount: '444455556666' }],
])('a permission that %s does not', (_what, permission) => {
  expect(allowed(permission)).toBe(false);
});

test('the policy of an alias is its own', () => {
  expect(allowed({ FunctionName: { Ref: 'Live' } }, 'live')).toBe(true);
  expect(allowed({ FunctionName: 'healer:live' }, 'live')).toBe(true);
  expect(allowed({ FunctionName: { 'Fn::Sub': `\${Healer.Arn}:live` } }, 'live')).toBe(true);
  expect(allowed({ FunctionName: 'healer:live' })).toBe(false);
  expect(allowed({}, 'live')).toBe(false);
});

test('a name that CloudFormation makes up begins with those of stack and resource', () => {
  expect(allowed(arn('Stack-Alarm-*'), undefined, { AlarmName: undefined })).toBe(true);
  expect(allowed(arn('Stack-Other-*'), undefined, { AlarmName: undefined })).toBe(false);
});
