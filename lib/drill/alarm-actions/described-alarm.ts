import { type Assembly, type AssemblyResource, addressOf } from '../../assembly';
import { ALARM_TYPES, alarmName } from '../monitoring';

/** What a template says of an alarm for people and functions. */
export interface DescribedAlarm {
  /** Its name in CloudWatch, or stack id and logical id. */
  readonly name: string;
  readonly region: string;
  readonly account: string;
  readonly properties: AssemblyResource['properties'];
}

/** What the templates of an assembly say of its alarms. */
export class AlarmDescriptions {
  private readonly byId: ReadonlyMap<string, DescribedAlarm>;

  constructor(assembly: Assembly) {
    const alarms = ALARM_TYPES.flatMap((type) => assembly.resourcesOf(type));
    this.byId = new Map(
      alarms.map((alarm) => {
        const { stack, properties } = alarm;
        const { region, account } = stack;
        return [addressOf(alarm), { name: alarmName(alarm), region, account, properties }] as const;
      }),
    );
  }

  /** What is said of an alarm, by its stack id and logical id. */
  of(id: string): DescribedAlarm {
    const found = this.byId.get(id);
    if (!found) throw new Error(`no template has alarm ${id}`);
    return found;
  }
}

/** ARN of an alarm. */
export function alarmArn({ name, region, account }: DescribedAlarm): string {
  return `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
}
