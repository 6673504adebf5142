import {
  type AlarmHistoryItem,
  CloudWatchClient,
  DescribeAlarmsCommand,
  paginateDescribeAlarmHistory,
} from '@aws-sdk/client-cloudwatch';
import { type AlarmHistory, alarmHistory, stateOf } from './alarm-history';

/** Reads one alarm. */
export interface AlarmReader {
  /**
   * What the alarm has done since a moment.
   *
   * @returns undefined when there is no such alarm.
   * @throws Error when the Region cannot be asked, or refuses; {@link isRefusal} tells which.
   */
  read(sinceMs: number): Promise<AlarmHistory | undefined>;
}

/** Milliseconds for all calls of one reading, their repetitions included. */
const TIMEOUT_MS = 10_000;

/** Attempts of one call: CloudWatch throttles by the account and Region, and others ask, too. */
const MAX_ATTEMPTS = 5;

/**
 * Reads a composite or plain alarm of a Region with the caller's credentials. These need `cloudwatch:DescribeAlarms` and
 * `cloudwatch:DescribeAlarmHistory` on `*`: with a narrower scope CloudWatch keeps silent about composite alarms.
 *
 * @param client Client of the alarm's Region.
 * @param alarmName Physical name of the alarm.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export function alarmReader(client: CloudWatchClient, alarmName: string): AlarmReader {
  const alarmTypes: ('CompositeAlarm' | 'MetricAlarm')[] = ['CompositeAlarm', 'MetricAlarm'];
  return {
    async read(sinceMs) {
      const timely = { abortSignal: AbortSignal.timeout(TIMEOUT_MS) };
      const { CompositeAlarms = [], MetricAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({ AlarmNames: [alarmName], AlarmTypes: alarmTypes }),
        timely,
      );
      const [alarm] = [...CompositeAlarms, ...MetricAlarms];
      const state = stateOf(alarm?.StateValue);
      if (!alarm || !state) return undefined;
      const changed = alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp ?? new Date(0);
      const items: AlarmHistoryItem[] = [];
      const pages = paginateDescribeAlarmHistory(
        { client },
        {
          AlarmName: alarmName,
          AlarmTypes: alarmTypes,
          HistoryItemType: 'StateUpdate',
          StartDate: new Date(sinceMs),
          ScanBy: 'TimestampAscending',
        },
        timely,
      );
      for await (const { AlarmHistoryItems = [] } of pages) items.push(...AlarmHistoryItems);
      return alarmHistory(sinceMs, { state, changedMs: changed.getTime() }, items);
    },
  };
}

/** A CloudWatch client for {@link alarmReader}, patient with throttling and impatient with a lost Region. */
export function alarmClient(region: string): CloudWatchClient {
  return new CloudWatchClient({
    region,
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 5_000 },
  });
}

/**
 * Errors by which AWS, or the SDK, refuses the caller. Waiting does not help, unlike with a Region that cannot be reached.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CommonErrors.html
 */
const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'NotAuthorized',
  'OptInRequired',
  'SignatureDoesNotMatch',
  'TokenProviderError',
  'UnrecognizedClientException',
]);

/** Whether an error says that the caller's credentials do not serve. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && REFUSALS.has(error.name);
}
