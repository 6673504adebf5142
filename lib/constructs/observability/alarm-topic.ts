import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Stack } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import { acknowledge } from '../security';

/** Properties of {@link AlarmTopic}. */
export interface AlarmTopicProps {
  /** Physical name. */
  readonly topicName: string;

  /**
   * Address that is told. It must confirm once.
   *
   * @default - nobody: subscribe later
   */
  readonly email?: string | undefined;

  /**
   * Key that encrypts the messages. CloudWatch is allowed to use it.
   *
   * @default - no key of KMS: the messages name alarms only
   */
  readonly encryptionKey?: IKey | undefined;
}

/**
 * A topic that alarms of this account, and nobody else, publish to over TLS.
 *
 * ```ts
 * declare const scope: Construct;
 * declare const alarm: Alarm;
 *
 * const topic = new AlarmTopic(scope, 'Topic', { topicName: 'dispatch-alarms', email: 'on-call@example.com' });
 * alarm.addAlarmAction(new SnsAction(topic));
 * ```
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
 */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { topicName, email, encryptionKey }: AlarmTopicProps) {
    super(scope, id, { topicName, enforceSSL: true, ...(encryptionKey ? { masterKey: encryptionKey } : {}) });
    const cloudWatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    this.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sns:Publish'],
        principals: [cloudWatch],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (encryptionKey) encryptionKey.grantEncryptDecrypt(cloudWatch);
    else {
      acknowledge(
        this,
        'NIST.800.53.R5::NIST.800.53.R5-SNSEncryptedKMS',
        'CloudWatch cannot publish to a topic under the AWS-managed key, and the messages name alarms only; where the Region has a key of the account, it encrypts the topic.',
      );
    }
    if (email === undefined) return;
    this.addSubscription(new EmailSubscription(email));
    acknowledge(
      this,
      'Serverless::Serverless-SNSRedrivePolicy',
      'SNS keeps trying an address for hours; an alarm that reached nobody by then is told again by its state and the dashboard.',
    );
  }
}
