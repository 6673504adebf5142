import { Dashboard, GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { GLOBAL_TARGET, lambda, pendingReplication, probes, table } from './watched-metrics';

/** Properties of {@link RegionDashboard}. */
export interface RegionDashboardProps {
  /** Name of the application. */
  readonly application: string;
  /** Region the dashboard lies in. */
  readonly region: string;
  /** Every active Region with the Region its judge looks after, in the order of the config. */
  readonly regions: readonly { readonly region: string; readonly ward: string }[];
  /** Name of the function behind every API. */
  readonly functionName: string;
  /** Name of the table. */
  readonly tableName: string;
  /** Bucket of a Region. */
  readonly bucketOf: (region: string) => string;
  /** Identifier of the rule that replicates to a Region. */
  readonly ruleIdTo: (region: string) => string;
}

const HALF = 12;

/**
 * All Regions on one page, in every Region: the page that is left when one Region's console is not. It shows what the judges see from
 * outside beside what each Region reports of itself, under names that every Region shares, so that no Region must be asked for an
 * identifier.
 *
 * ```ts
 * declare const stack: Stack; // us-east-2
 *
 * new RegionDashboard(stack, 'Dashboard', {
 *   application: 'dispatch',
 *   region: 'us-east-2',
 *   regions: [
 *     { region: 'us-east-2', ward: 'us-west-2' },
 *     { region: 'us-west-2', ward: 'us-east-2' },
 *   ],
 *   functionName: 'dispatch-api',
 *   tableName: 'dispatch-data',
 *   bucketOf: (region) => `dispatch-111111111111-${region}-objects`,
 *   ruleIdTo: (region) => `to-${region}`,
 * });
 * ```
 */
export class RegionDashboard extends Construct {
  constructor(scope: Construct, id: string, props: RegionDashboardProps) {
    super(scope, id);
    const { application, region, regions, functionName, tableName, bucketOf, ruleIdTo } = props;
    const each = (metricsOf: (place: { region: string; ward: string }) => IMetric[]): IMetric[] =>
      regions.flatMap((place) => metricsOf(place));
    const graph = (title: string, left: IMetric[], label?: string): GraphWidget =>
      new GraphWidget({ title, left, width: HALF, ...(label ? { leftYAxis: { label, min: 0 } } : {}) });
    const pairs = regions.flatMap(({ region: from }) =>
      regions.filter(({ region: to }) => to !== from).map(({ region: to }) => ({ from, to })),
    );

    new Dashboard(this, 'Dashboard', {
      dashboardName: `${application}-${region}`,
      widgets: [
        [
          new TextWidget({
            markdown: `# ${application}\n${regions.map((place) => place.region).join(', ')}. Runbooks: docs/runbooks/README.md`,
            width: 24,
            height: 2,
          }),
        ],
        [
          graph(
            'Evacuated, as each judge publishes it',
            each(({ region: holder, ward }) =>
              ['first', 'rest'].map((share) =>
                probes
                  .evacuated(application, ward, share, 'Maximum', { region: holder })
                  .with({ label: `${ward} ${share}` }),
              ),
            ),
          ),
          graph(
            'Failed probes, by who asks and whom',
            each(({ region: from, ward }) =>
              [from, ward, GLOBAL_TARGET].map((target) =>
                probes.failures(application, target, 'Sum', { region: from }).with({ label: `${from} asks ${target}` }),
              ),
            ),
          ),
        ],
        [
          graph(
            'Latency of probes, p90',
            each(({ region: from, ward }) =>
              [from, ward, GLOBAL_TARGET].map((target) =>
                probes.latency(application, target, 'p90', { region: from }).with({ label: `${from} asks ${target}` }),
              ),
            ),
            'ms',
          ),
          graph(
            'Age of a write when the ward shows it',
            each(({ region: from, ward }) => [
              probes.replicationLag(application, ward, { region: from }).with({ label: `${from} to ${ward}` }),
            ]),
            's',
          ),
        ],
        [
          graph(
            'Requests and errors of the API function',
            each((place) => [
              lambda(functionName, 'Invocations', 'Sum', place).with({ label: `${place.region} requests` }),
              lambda(functionName, 'Errors', 'Sum', place).with({ label: `${place.region} errors` }),
              lambda(functionName, 'Throttles', 'Sum', place).with({ label: `${place.region} throttles` }),
            ]),
          ),
          graph(
            'Concurrent executions',
            each((place) => [
              lambda(functionName, 'ConcurrentExecutions', 'Maximum', place).with({ label: place.region }),
            ]),
          ),
        ],
        [
          graph(
            'Throttled requests of the table',
            each((place) =>
              (['Read', 'Write'] as const).map((kind) =>
                table.throttleEvents(tableName, kind, place).with({ label: `${place.region} ${kind.toLowerCase()}s` }),
              ),
            ),
          ),
          graph(
            'Objects that wait to be replicated',
            pairs.map(({ from, to }) =>
              pendingReplication(bucketOf(from), bucketOf(to), ruleIdTo(to), { region: from }).with({
                label: `${from} to ${to}`,
              }),
            ),
          ),
        ],
      ],
    });
  }
}
