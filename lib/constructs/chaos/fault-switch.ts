import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

/** Properties of {@link FaultSwitch}. */
export interface FaultSwitchProps {
  /** Physical name of the parameter, beginning with `/`. */
  readonly parameterName: string;

  /** Function that reads it and faults its own calls. */
  readonly function: LambdaFunction;
}

/**
 * The parameter of a Region with which a person has the application slow or fail its own calls, and the function's permission to read it.
 *
 * ```ts
 * declare const scope: Construct;
 * declare const handler: LambdaFunction;
 *
 * new FaultSwitch(scope, 'Faults', { parameterName: '/dispatch/faults', function: handler });
 * ```
 *
 * CloudFormation sets it to `off` once and then leaves it alone as long as its resource in the template stays the same, so drift of its
 * value is its purpose. What to write, and what each field does, is in `docs/chaos.md`:
 *
 * ```sh
 * aws ssm put-parameter --region us-east-2 --name /dispatch/faults --overwrite --value '{
 *   "until": "2027-03-01T14:30:00Z",
 *   "faults": [{ "fault": "error", "call": "UpdateItem", "percent": 10 }]
 * }'
 * aws ssm put-parameter --region us-east-2 --name /dispatch/faults --overwrite --value off
 * ```
 */
export class FaultSwitch extends Construct {
  /** The parameter. */
  readonly parameter: StringParameter;

  constructor(scope: Construct, id: string, { parameterName, function: handler }: FaultSwitchProps) {
    super(scope, id);
    this.parameter = new StringParameter(this, 'Parameter', {
      parameterName,
      description:
        'Faults that the application injects into its own calls: off, or JSON with an expiry within the hour',
      stringValue: 'off',
    });
    handler.addEnvironment('FAULT_PARAMETER', parameterName);
    handler.addToRolePolicy(
      new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [this.parameter.parameterArn] }),
    );
  }
}
