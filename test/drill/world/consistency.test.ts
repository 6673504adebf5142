import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { type Assembly, readAssembly } from '../../../lib/assembly';
import { DispatchWorkload } from '../../../lib/drill/clients/dispatch-workload';
import type { Operation } from '../../../lib/drill/clients/workload';
import { consistencyOf } from '../../../lib/drill/data/table-definition';
import type { Fault } from '../../../lib/drill/faults/fault-plan';
import { judgeConsistency } from '../../../lib/drill/verdict/consistency';
import { World } from '../../../lib/drill/world/world';
import { qualified } from '../../helpers/configs';
import { drillContext, fault } from '../drill-context';
import { synthesizeInto } from '../synthesized';

jest.setTimeout(60_000);

const HOST = 'api.example.com';
const [EAST, WEST] = ['us-east-2', 'us-west-2'] as const;
const CUT_OFF_MS = 600_000;

/** The east hears nothing from the others, and they nothing from it. */
const CUT_OFF: Fault = fault({
  target: 'dynamodb-replication',
  region: EAST,
  kind: 'delay',
  delayMs: CUT_OFF_MS,
  endMs: CUT_OFF_MS,
});

let strong: Assembly;
let lax: Assembly;
let eventual: Assembly;

beforeAll(() => {
  strong = readAssembly(synthesizeInto(qualified()));
  // A mistake that no unit test of the functions sees: the table is strong, and they do not ask for strong reads.
  lax = readAssembly(
    synthesizeInto(qualified(), ({ regions }) => {
      for (const construct of regions.flatMap((stack) => stack.node.findAll())) {
        if (construct instanceof CfnFunction) {
          construct.addPropertyOverride('Environment.Variables.CONSISTENCY', 'eventual');
        }
      }
    }),
  );
  const objectives = { availability: 0.99, rtoSeconds: 900, rpoSeconds: 5 };
  eventual = readAssembly(synthesizeInto(qualified({ consistency: 'eventual', witnessRegion: undefined, objectives })));
});

/** A driver works in the west, moves to the east for a while, and everything is read back once the Regions hear each other. */
async function dayOf(assembly: Assembly) {
  const context = drillContext({ faults: [CUT_OFF] });
  const { scheduler } = context;
  const world = await World.build(assembly, context);
  const workload = new DispatchWorkload(context.random.fork('workload'), 0, false);
  const act = async (region: string, operation: Operation): Promise<void> => {
    const invokeMs = scheduler.nowMs;
    const answer = await scheduler.runUntilSettled(
      world.ask(region, { ...operation.request, host: HOST }),
      invokeMs + 60_000,
    );
    const completeMs = scheduler.nowMs;
    const isOpen = answer.status >= 500;
    operation.conclude?.({ region, invokeMs, completeMs, isOpen, ...(isOpen ? {} : { answer }) });
    if (answer.status < 300) operation.accept(answer, completeMs);
    else operation.abandon();
  };
  for (const region of [WEST, EAST]) {
    for (let i = 0; i < 60; i++) {
      await scheduler.run(scheduler.nowMs + 1_000);
      await act(region, workload.next(1, scheduler.nowMs));
    }
  }
  await scheduler.run(CUT_OFF_MS + 300_000);
  for (const { request, conclude } of workload.readBacks()) {
    for (const region of [EAST, WEST]) {
      const invokeMs = scheduler.nowMs;
      const answer = await scheduler.runUntilSettled(world.ask(region, { ...request, host: HOST }), invokeMs + 60_000);
      conclude?.({ region, invokeMs, completeMs: scheduler.nowMs, answer, isOpen: false });
    }
  }
  const { history } = workload;
  return judgeConsistency({ history, consistency: consistencyOf(assembly), divergentItems: 0, strikeMs: 0 });
}

test('clients of a strong table see one history, also in a Region that is cut off from the others', async () => {
  const judged = await dayOf(strong);

  expect(judged.linearizability).toMatchObject({ verdict: 'holds', violations: 0 });
  expect(judged.linearizability.checked).toBeGreaterThan(10);
  expect(judged.readYourWrites).toMatchObject({ verdict: 'holds', violations: 0 });
  expect(judged.readYourWrites.checked).toBeGreaterThan(10);
  expect(judged.convergence).toMatchObject({ verdict: 'holds', violations: 0 });
  expect(judged.deliveries).toMatchObject({ verdict: 'holds', violations: 0 });
});

test('functions that do not ask a strong table for strong reads are found out', async () => {
  const judged = await dayOf(lax);

  expect(judged.linearizability.verdict).toBe('violated');
  expect(judged.linearizability.examples[0]).toContain('driver-1: read: ');
  expect(judged.readYourWrites.verdict).toBe('violated');
  expect(judged.convergence.verdict).toBe('holds');
});

test('a driver who moves to a Region that is behind sees less than he did, which an eventual table does not rule out', async () => {
  const judged = await dayOf(eventual);

  expect(judged.linearizability.verdict).toBe('not-promised');
  expect(judged.readYourWrites.verdict).toBe('not-promised');
  expect(judged.readYourWrites.violations).toBeGreaterThan(0);
  expect(judged.convergence).toMatchObject({ verdict: 'holds', violations: 0 });
  expect(judged.deliveries.verdict).toBe('holds');
});
