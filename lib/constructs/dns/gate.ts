import { CfnHealthCheck, HealthCheck, type IHealthCheck } from 'aws-cdk-lib/aws-route53';
import { Lazy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { BlueprintError } from '../blueprint-error';
import { MAX_CHILDREN, refuseUnusableCheck } from './health-check-rules';

/** Properties of {@link Gate}. */
export interface GateProps {
  /** Name in the console. */
  readonly name: string;

  /** Name of the record that the gate decides on. */
  readonly gatedName: string;

  /** Region that the gate decides on. */
  readonly region: string;
}

/** A CALCULATED health check, healthy while all of its children are. */
export class Gate extends Construct {
  /** The check, by its identifier. */
  readonly healthCheck: IHealthCheck;

  readonly #children: IHealthCheck[] = [];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: GateProps,
  ) {
    super(scope, id);
    const resource = new CfnHealthCheck(this, 'Resource', {
      healthCheckConfig: {
        type: 'CALCULATED',
        childHealthChecks: Lazy.list({ produce: () => this.#children.map((child) => child.healthCheckId) }),
        healthThreshold: Lazy.number({ produce: () => this.#children.length }),
      },
      healthCheckTags: nameTags(props.name),
    });
    this.healthCheck = HealthCheck.fromHealthCheckId(this, 'Reference', resource.ref);
  }

  /**
   * Makes the gate depend on one more check.
   *
   * @param child Check of any kind but CALCULATED. One that is only known by its identifier is taken as it is.
   * @throws BlueprintError when Route 53 would refuse or ignore the child.
   */
  addChild(child: IHealthCheck): void {
    if (this.#children.length >= MAX_CHILDREN) {
      throw new BlueprintError(
        'HealthCheckChildren',
        `a calculated health check takes at most ${MAX_CHILDREN} children`,
      );
    }
    const resource = child.node.defaultChild;
    if (resource instanceof CfnHealthCheck) {
      const config = resource.healthCheckConfig;
      if (config && 'type' in config) refuseUnusableCheck(config, this.props.gatedName, this.props.region);
    }
    this.#children.push(child);
  }
}

/** The tag `Name`, which the console shows where other resources have a name. */
export function nameTags(name: string): CfnHealthCheck.HealthCheckTagProperty[] {
  return [{ key: 'Name', value: name }];
}
