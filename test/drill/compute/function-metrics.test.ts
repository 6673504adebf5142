import { FunctionMetrics } from '../../../lib/drill/compute/function-metrics';
import { ServiceMetrics } from '../../../lib/drill/kernel/service-metrics';

/** A function's metrics, and what is heard of one of them: values with what they stand for. */
function heardOf(name: string) {
  const metrics = new ServiceMetrics();
  const published = new FunctionMetrics({ name: 'parcels', region: 'us-east-2' }, metrics);
  const heard: number[][] = [];
  const dimensions = { FunctionName: 'parcels' };
  metrics.listen({ region: 'us-east-2', namespace: 'AWS/Lambda', name, dimensions }, (...value) => heard.push(value));
  return { published, heard };
}

test('an invocation counts for as many as it stands for, and for itself where others are counted on their own', () => {
  const { published, heard } = heardOf('Errors');

  published.put({}, 'function-error', 5);
  published.put({ standsFor: 10 }, 'timeout', 5);
  published.put({ standsFor: 10, countsFor: 1 }, 'answer', 5);

  expect(heard).toEqual([
    [1, 1],
    [1, 10],
    [0, 1],
  ]);
});

test('those that an invocation stands for run at once with it', () => {
  const { published, heard } = heardOf('ConcurrentExecutions');

  published.begin({ standsFor: 10 });
  published.begin({ standsFor: 10, countsFor: 1 });
  published.end({ standsFor: 10 });
  published.begin({});

  expect(heard.map(([value]) => value)).toEqual([10, 11, 2]);
});
