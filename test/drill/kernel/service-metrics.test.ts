import { ServiceMetrics } from '../../../lib/drill/kernel/service-metrics';

const REGION = 'us-east-2';

/** Metrics of a service that publishes errors by function, and by function and alias. */
function declared(): ServiceMetrics {
  const metrics = new ServiceMetrics();
  metrics.declare('AWS/Lambda', ['Errors'], ['FunctionName']);
  metrics.declare('AWS/Lambda', ['Errors'], ['FunctionName', 'Resource']);
  return metrics;
}

const errors = (dimensions: Readonly<Record<string, string>>, region = REGION) => ({
  region,
  namespace: 'AWS/Lambda',
  name: 'Errors',
  dimensions,
});

test('a listener hears the values of its own metric alone', () => {
  const metrics = declared();
  const heard: number[] = [];
  expect(metrics.listen(errors({ FunctionName: 'api' }), (value) => heard.push(value))).toBe(true);

  metrics.put(errors({ FunctionName: 'api' }), 1);
  metrics.put(errors({ FunctionName: 'other' }), 2);
  metrics.put(errors({ FunctionName: 'api' }, 'us-west-2'), 3);
  metrics.put(errors({ FunctionName: 'api', Resource: 'api:live' }), 4);
  metrics.put({ ...errors({ FunctionName: 'api' }), name: 'Throttles' }, 5);

  expect(heard).toEqual([1]);
});

test('a value stands for itself, or for as many as its service says', () => {
  const metrics = declared();
  const heard: number[][] = [];
  metrics.listen(errors({ FunctionName: 'api' }), (...value) => heard.push(value));

  metrics.put(errors({ FunctionName: 'api' }), 2);
  metrics.put(errors({ FunctionName: 'api' }), 3, 10);

  expect(heard).toEqual([
    [2, 1],
    [3, 10],
  ]);
});

test('the order of dimensions does not matter', () => {
  const metrics = declared();
  const heard: number[] = [];
  metrics.listen(errors({ Resource: 'api:live', FunctionName: 'api' }), (value) => heard.push(value));

  metrics.put(errors({ FunctionName: 'api', Resource: 'api:live' }), 1);

  expect(heard).toEqual([1]);
});

test('what no service publishes cannot be listened to', () => {
  const metrics = declared();

  expect(metrics.listen({ ...errors({ FunctionName: 'api' }), name: 'IteratorAge' }, () => {})).toBe(false);
  expect(metrics.listen(errors({}), () => {})).toBe(false);
  expect(metrics.isHeard).toBe(false);
});

test('levels are read when they are sampled, and only those that somebody watches', () => {
  const metrics = new ServiceMetrics();
  const pending = { region: REGION, namespace: 'AWS/S3', name: 'Pending', dimensions: { Bucket: 'photos' } };
  const heard: number[] = [];
  let level = 3;
  metrics.gauge(pending, () => level);
  metrics.gauge({ ...pending, name: 'Failed' }, () => {
    throw new Error('read in vain');
  });
  expect(metrics.listen(pending, (value) => heard.push(value))).toBe(true);
  expect(metrics.listen({ ...pending, region: 'us-west-2' }, () => {})).toBe(false);

  metrics.sample();
  level = 5;
  metrics.sample();

  expect(heard).toEqual([3, 5]);
});
