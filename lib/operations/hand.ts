import { BadInput, quoteFound } from '../bad-input';
import { holderOf, names, type QualifiedConfig } from '../config';

/** Position of the hand on a Region's switch: who decides, or what a person has decided. */
export type HandPosition = 'automatic' | 'evacuated' | 'in-service';

/** One parameter to write, in one Region. */
export interface HandMove {
  /** Region whose switch it is. */
  readonly ward: string;
  /** Region that holds the switch. */
  readonly holder: string;
  /** Name of the SSM parameter there. */
  readonly parameter: string;
  /** Its new value. */
  readonly position: HandPosition;
}

/**
 * Finds the switch of a Region.
 *
 * @throws BadInput when the Region is none of the active ones, or a plan of Region switch takes the place of switches.
 */
export function handMove(config: QualifiedConfig, ward: string, position: HandPosition): HandMove {
  const { application, regions, evacuation } = config;
  if (!regions.includes(ward)) {
    throw new BadInput('the command line', [
      {
        field: 'REGION',
        found: quoteFound(ward),
        allowed: `an active Region: ${regions.join(', ')}`,
        remedy:
          'name the Region to evacuate or to restore as the config does, or give another config with --config FILE',
      },
    ]);
  }
  if (evacuation === 'region-switch') {
    throw new BadInput('the config', [
      {
        field: 'evacuation',
        found: quoteFound(evacuation),
        allowed: "'switch', because a plan of Region switch has no hand to move",
        remedy: `execute the plan: ${planCommand(config, ward, position)}`,
      },
    ]);
  }
  return {
    ward,
    holder: holderOf(regions, ward),
    parameter: names.handParameter(application, ward),
    position,
  };
}

/** The same move as a command of the AWS CLI, for a card that works without this repository. */
export function rawCommand({ holder, parameter, position }: HandMove): string {
  return `aws ssm put-parameter --region ${holder} --name ${parameter} --value ${position} --overwrite`;
}

/**
 * A plan is executed in the Region that takes the clients: the one that stays, or the one that returns.
 *
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/data-and-control-planes-rs.html
 */
function planCommand({ regions, application }: QualifiedConfig, ward: string, position: HandPosition): string {
  const evacuates = position === 'evacuated';
  return (
    `aws arc-region-switch start-plan-execution --region ${evacuates ? holderOf(regions, ward) : ward} --target-region ${ward} ` +
    `--action ${evacuates ? 'deactivate' : 'activate'} --mode graceful ` +
    `--plan-arn <the one of ${names.plan(application)} that aws arc-region-switch list-plans-in-region prints>`
  );
}
