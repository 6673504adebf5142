import { Deadline, DeadlineExceeded } from '../../lib/application/deadline';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('settles as its work does and leaves no timer behind', async () => {
  const done = await Deadline.run(1_000, async () => 'done');
  const failed = Deadline.run(1_000, () => Promise.reject(new Error('work')));

  await expect(failed).rejects.toThrow('work');
  expect(done).toBe('done');
  expect(jest.getTimerCount()).toBe(0);
});

test('ends work that does not, at its limit and not before', async () => {
  const settled = jest.fn();
  const run = Deadline.run(1_000, () => new Promise(() => undefined)).catch(settled);

  await jest.advanceTimersByTimeAsync(999);
  expect(settled).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  await run;

  expect(settled).toHaveBeenCalledWith(expect.any(DeadlineExceeded));
});

test('stops abandoned work at its next step', async () => {
  const steps: number[] = [];
  const run = Deadline.run(100, async (deadline) => {
    for (const step of [1, 2, 3]) {
      deadline.throwIfPassed();
      steps.push(step);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
  }).catch((error: unknown) => error);

  await jest.advanceTimersByTimeAsync(1_000);

  expect(await run).toBeInstanceOf(DeadlineExceeded);
  expect(steps).toEqual([1, 2]);
});
