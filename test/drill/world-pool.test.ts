import { BadInput } from '../../lib/bad-input';
import type { NotModelled } from '../../lib/drill/not-modelled';
import { runWorlds } from '../../lib/drill/world-pool';
import type { WorldTask } from '../../lib/drill/world-worker';
import { readTemplate } from '../assembly/write-assembly';

/** A world that is refused before it begins. */
function task(assemblyDirectory: string): WorldTask {
  return {
    assemblyDirectory,
    scenario: { kind: 'outage', outageId: 'aws-2025-10-20', struckRegion: 'us-east-2' },
    seed: 7,
    ratePerSecond: 1,
    sampling: { nearChanges: 1, elsewhere: 1 },
    limitSeconds: 600,
    shortCut: true,
  };
}

test('a refusal comes back as what it was, and ends the others', async () => {
  await expect(runWorlds([task('no/such/directory'), task('no/such/directory')], { threads: 1 })).rejects.toThrow(
    BadInput,
  );
});

test('a thread goes on with the next world after one that is not modelled, when somebody hears of it', async () => {
  const { directory: queue } = readTemplate({ Resources: { Queue: { Type: 'AWS::SQS::Queue' } } });
  const refusals: string[] = [];
  const onRefusal = (index: number, { what }: NotModelled): void =>
    void refusals.push(`${index} ${what.split(' ')[0]}`);

  const results = await runWorlds([task(queue), task(queue)], { threads: 1, onRefusal });

  expect(results.filter((result) => result !== undefined)).toEqual([]);
  expect(refusals).toEqual(['0 lambda:sqs-polling', '1 lambda:sqs-polling']);
});
