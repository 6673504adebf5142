import { createJudgeMetrics, publishProbes, publishShares } from '../../../lib/application/evacuation/judge-metrics';
import { sharesOf } from '../../../lib/application/evacuation/judgement';
import { Tally } from '../../../lib/application/evacuation/tally';
import { recordConsole } from '../dispatch-fixture';

const written = recordConsole();

const variables = process.env;
beforeEach(() => {
  process.env = {
    ...process.env,
    POWERTOOLS_SERVICE_NAME: 'dispatch-judge',
    POWERTOOLS_METRICS_NAMESPACE: 'dispatch',
  };
});
afterEach(() => {
  process.env = variables;
});

/** What CloudWatch takes from the lines: every metric with its dimensions, value and unit. */
function metrics(): unknown[] {
  return written.lines().flatMap((line) => {
    const { CloudWatchMetrics } = line._aws as {
      CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
    };
    return CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
      Metrics.map(({ Name, Unit }) => ({
        namespace: Namespace,
        metric: Name,
        unit: Unit,
        dimensions: Dimensions.map((set) => Object.fromEntries(set.map((name) => [name, line[name]]))),
        value: line[Name],
      })),
    );
  });
}

function tally(requests: number, failures: number, latenciesMs: number[]): Tally {
  return Object.assign(new Tally(), { requests, failures, latenciesMs });
}

test.each([
  ['in-service', 0, 0],
  ['evacuated', 1, 1],
  ['returning', 0, 1],
] as const)(
  'publishes %s as a gauge for each share, with exactly the dimensions that alarms name',
  (phase, first, rest) => {
    publishShares(createJudgeMetrics(), 'us-east-2', sharesOf(phase));

    const gauge = { namespace: 'dispatch', metric: 'Evacuated', unit: 'Count' };
    expect(metrics()).toEqual([
      { ...gauge, dimensions: [{ Ward: 'us-east-2', Share: 'first' }], value: first },
      { ...gauge, dimensions: [{ Ward: 'us-east-2', Share: 'rest' }], value: rest },
    ]);
    for (const line of written.lines()) expect(line).not.toHaveProperty('service');
  },
);

test('publishes what was found at each name, and how far the ward’s data is behind at the worst', () => {
  publishProbes(
    createJudgeMetrics(),
    { region: 'us-west-2', ward: 'us-east-2' },
    {
      judge: { tally: tally(2, 0, [40, 41]), fails: false },
      ward: { tally: tally(8, 1, [60, 61, 62]), fails: true },
      shared: { tally: tally(1, 1, []) },
      lagsSeconds: [1.5, 2.5],
    },
  );

  const metric = (target: string, name: string, unit: string, value: unknown) => ({
    namespace: 'dispatch',
    metric: name,
    unit,
    dimensions: [{ Target: target }],
    value,
  });
  expect(metrics()).toEqual([
    metric('us-west-2', 'ProbeFailures', 'Count', [0, 0]),
    metric('us-west-2', 'ProbeLatency', 'Milliseconds', [40, 41]),
    metric('global', 'ProbeFailures', 'Count', 1),
    metric('us-east-2', 'ProbeFailures', 'Count', [1, 0, 0, 0, 0, 0, 0, 0]),
    metric('us-east-2', 'ProbeLatency', 'Milliseconds', [60, 61, 62]),
    metric('us-east-2', 'ReplicationLag', 'Seconds', 2.5),
  ]);
});

test.each([
  [[undefined, 7], [7]],
  [[undefined, undefined], []],
])('publishes of the lags %j what is known', (lagsSeconds, expected) => {
  const calm = { tally: tally(2, 0, [40]), fails: false };

  publishProbes(
    createJudgeMetrics(),
    { region: 'us-west-2', ward: 'us-east-2' },
    { judge: calm, ward: calm, shared: calm, lagsSeconds },
  );

  expect(written.lines().flatMap((line) => ('ReplicationLag' in line ? [line.ReplicationLag] : []))).toEqual(expected);
});
