import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { experimentCommand } from '../../../lib/drill/report/render-experiment';
import { runExperiment } from '../../../lib/drill/run-experiment';
import { matchers } from '../../../lib/testing';
import { writeFiles } from '../../assembly/write-assembly';
import { ROOT } from '../../helpers/source-files';
import { tagged, wait } from './written-assembly';

jest.setTimeout(120_000);

const WORKLOAD = join(ROOT, 'docs/examples/orders.workload.json');
const TEMPLATE = 'Orders-eu-west-1.template.json';
const FILES = [
  'manifest.json',
  'Orders-eu-west-1.assets.json',
  'Orders-eu-central-1.assets.json',
  'Orders-eu-central-1.template.json',
  'asset.orders/index.js',
];

/** The orders of the fixture, a stranger's application, with an experiment that pauses their table. */
function ordersWithExperiment(): string {
  const read = (file: string): string => readFileSync(join(ROOT, 'test/fixtures/orders', file), 'utf8');
  const template = JSON.parse(read(TEMPLATE));
  const [replica] = template.Resources.Table.Properties.Replicas;
  replica.Tags = [{ Key: 'role', Value: 'orders' }];
  template.Resources.Trial = {
    Type: 'AWS::FIS::ExperimentTemplate',
    Properties: {
      Description: 'Orders travel late',
      RoleArn: 'arn:aws:iam::111122223333:role/fis',
      Tags: { Name: 'late-orders' },
      Actions: {
        pause: {
          ...wait('PT10M'),
          ActionId: 'aws:dynamodb:global-table-pause-replication',
          Targets: { Tables: 'tables' },
        },
      },
      Targets: { tables: tagged('aws:dynamodb:global-table', { role: 'orders' }) },
      StopConditions: [{ Source: 'none' }],
    },
  };
  return writeFiles({ ...Object.fromEntries(FILES.map((file) => [file, read(file)])), [TEMPLATE]: template });
}

describe("an experiment of a stranger's assembly", () => {
  const assemblyDirectory = ordersWithExperiment();
  const asked = { assemblyDirectory, name: 'late-orders', ratePerSecond: 0.5 };

  test('is rehearsed with what the workload file says of its clients, whose writes are read back', async () => {
    const report = await runExperiment({ ...asked, workloadFile: WORKLOAD });

    expect(report.experiment).toMatchObject({ name: 'late-orders', region: 'eu-west-1', plannedSeconds: 600 });
    expect(report).toMatchObject({ profile: 'eventual', workload: { file: WORKLOAD, assemblyDirectory } });
    expect(report.outcome).toMatchObject({ status: 'completed', targets: [{ resources: ['orders'] }] });
    expect(report.data.acknowledgedWrites).toBeGreaterThan(100);
    expect(report.data.replicationHeldSeconds).toBeGreaterThan(300);
    expect(experimentCommand(report)).toBe(
      `npm run drill -- --assembly ${assemblyDirectory} --workload ${WORKLOAD} --experiment late-orders --region eu-west-1 --seed 7 --rate 0.5`,
    );
  });

  test('is refused without one, and the message says what to give', async () => {
    await expect(runExperiment(asked)).rejects.toThrow(/^not modelled: a workload for .+--workload FILE/);
  });

  test('can be held against bounds by the matcher', async () => {
    const { toWithstand } = matchers;
    const { pass, message } = await toWithstand(assemblyDirectory, 'late', {
      workload: WORKLOAD,
      rate: 0.5,
      availability: 0,
      lostWrites: 1000,
    });

    expect(message()).toMatch(/^experiment: late-orders in eu-west-1 /);
    expect([pass, message().split('\n').at(-1)]).toEqual([true, expect.stringContaining(` --workload ${WORKLOAD} `)]);
  });
});
