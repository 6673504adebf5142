import { Stack } from 'aws-cdk-lib/core';
import { RegionKey } from '../../lib/constructs';
import { propertiesOf, templateOf, testApp } from '../helpers/synthesize';

interface Statement {
  readonly Sid: string;
  readonly Principal: unknown;
  readonly Action: string | readonly string[];
  readonly Condition?: Record<string, Record<string, unknown>>;
}

const stack = new Stack(testApp(), 'Keys', { env: { account: '111111111111', region: 'us-east-2' } });
new RegionKey(stack, 'Key', { aliasName: 'alias/orders', parameterName: '/orders/key' });
const template = templateOf(stack);
const [key] = propertiesOf(template, 'AWS::KMS::Key');
const { Statement: statements } = (key?.KeyPolicy ?? { Statement: [] }) as { Statement: readonly Statement[] };

describe('the key of a Region', () => {
  test('is rotated, kept, and found by its alias and by a parameter', () => {
    expect(key?.EnableKeyRotation).toBe(true);
    expect(Object.values(template.Resources).find(({ Type }) => Type === 'AWS::KMS::Key')?.DeletionPolicy).toBe(
      'Retain',
    );
    expect(propertiesOf(template, 'AWS::KMS::Alias')).toEqual([expect.objectContaining({ AliasName: 'alias/orders' })]);
    expect(propertiesOf(template, 'AWS::SSM::Parameter')).toEqual([
      expect.objectContaining({ Name: '/orders/key', Value: { 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] } }),
    ]);
  });

  test('is administered by the account, which cannot use it by itself', () => {
    const administration = statements.find(({ Sid }) => Sid === 'Administration');
    const used = ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:CreateGrant'];

    expect(administration?.Principal).toEqual({ AWS: 'arn:aws:iam::111111111111:root' });
    expect(administration?.Action).toEqual(expect.arrayContaining(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion']));
    for (const action of used) expect(administration?.Action).not.toContain(action);
  });

  test('is used by stores of the account on behalf of principals of the account alone', () => {
    const open = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('*'));

    expect(open.map(({ Sid }) => Sid)).toEqual(['StoresOnBehalfOfTheAccount', 'TheirGrants']);
    for (const { Condition } of open) {
      expect(Condition?.StringEquals).toEqual({ 'kms:CallerAccount': '111111111111' });
      expect(Condition?.StringLike).toEqual({
        'kms:ViaService': ['dynamodb.*.amazonaws.com', 's3.us-east-2.amazonaws.com', 'sns.us-east-2.amazonaws.com'],
      });
    }
    expect(open.find(({ Sid }) => Sid === 'TheirGrants')?.Condition?.Bool).toEqual({
      'kms:GrantIsForAWSResource': 'true',
    });
  });

  test('is used by CloudWatch Logs for log groups of the account and Region, and by no service without a condition', () => {
    const services = statements.filter(({ Principal }) => JSON.stringify(Principal).includes('Service'));

    expect(services.map(({ Principal }) => Principal)).toEqual([
      { Service: 'logs.us-east-2.amazonaws.com' },
      { Service: 'cloudwatch.amazonaws.com' },
    ]);
    for (const { Condition } of services) expect(JSON.stringify(Condition)).toContain('111111111111');
  });

  test('knows no wildcard action', () => {
    expect(statements.flatMap(({ Action }) => Action).filter((action) => action.includes('*'))).toEqual([]);
  });
});
