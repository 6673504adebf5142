import fc from 'fast-check';
import { Scheduler, type Timer } from '../../../lib/drill/kernel/scheduler';

/** Real work: it ends in a later turn of Node's event loop, which virtual time knows nothing of. */
function realWork<T>(value: T, milliseconds = 5): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, value));
}

describe('the order of events', () => {
  test('runs events by time, and events of one instant in the order they were made', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    for (const [name, timeMs] of [
      ['c', 20],
      ['a', 10],
      ['d', 20],
      ['b', 10.5],
    ] as const) {
      scheduler.at(timeMs, () => seen.push(`${name}@${scheduler.nowMs}`));
    }

    await scheduler.run(100);

    expect(seen).toEqual(['a@10', 'b@10.5', 'c@20', 'd@20']);
    expect(scheduler.nowMs).toBe(100);
    expect(scheduler.eventCount).toBe(4);
  });

  test('runs an event in the past at once, behind those already due', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.at(10, () => {
      scheduler.at(3, () => seen.push(`late@${scheduler.nowMs}`));
    });
    scheduler.at(10, () => seen.push('due'));

    await scheduler.run(10);

    expect(seen).toEqual(['due', 'late@10']);
  });

  test('runs what is due at the limit and leaves what is later for the next run', async () => {
    const scheduler = new Scheduler();
    const seen: number[] = [];
    for (const timeMs of [5, 10, 10.001]) scheduler.at(timeMs, () => seen.push(timeMs));

    await scheduler.run(10);
    expect(seen).toEqual([5, 10]);
    expect(scheduler.nowMs).toBe(10);

    await scheduler.run(20);
    expect(seen).toEqual([5, 10, 10.001]);
  });

  test('keeps the total order of (time, sequence) and a clock that never goes back, whatever is scheduled when', async () => {
    const plan = fc.array(
      fc.record({
        timeMs: fc.integer({ min: 0, max: 40 }),
        followUps: fc.array(fc.integer({ min: -5, max: 20 }), { maxLength: 3 }),
        cancels: fc.option(fc.nat(30), { nil: undefined }),
      }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(plan, async (events) => {
        const scheduler = new Scheduler();
        const pending = new Set<Timer>();
        const made: Timer[] = [];
        const ran: Timer[] = [];
        const schedule = (timeMs: number, then: () => void = () => {}): void => {
          const timer: Timer = scheduler.at(timeMs, () => {
            const earliest = [...pending].reduce((first, other) =>
              other.timeMs < first.timeMs || (other.timeMs === first.timeMs && other.sequence < first.sequence)
                ? other
                : first,
            );
            expect(timer).toBe(earliest);
            expect(scheduler.nowMs).toBe(timer.timeMs);
            expect(scheduler.nowMs).toBeGreaterThanOrEqual(ran.at(-1)?.timeMs ?? 0);
            pending.delete(timer);
            ran.push(timer);
            then();
          });
          expect(timer.timeMs).toBe(Math.max(timeMs, scheduler.nowMs));
          made.push(timer);
          pending.add(timer);
        };
        for (const { timeMs, followUps, cancels } of events) {
          schedule(timeMs, () => {
            for (const delayMs of followUps) schedule(scheduler.nowMs + delayMs);
            const victim = cancels === undefined ? undefined : made[cancels];
            if (victim) {
              scheduler.cancel(victim);
              pending.delete(victim);
            }
          });
        }

        await scheduler.run(1000);

        expect(pending.size).toBe(0);
        expect(scheduler.eventCount).toBe(ran.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('events taken back', () => {
  test('never run, and are not counted', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    const first = scheduler.at(1, () => seen.push('first'));
    scheduler.at(2, () => seen.push('second'));
    const third = scheduler.at(3, () => seen.push('third'));
    scheduler.cancel(first);
    scheduler.at(2, () => scheduler.cancel(third));

    await scheduler.run(10);

    expect(seen).toEqual(['second']);
    expect(scheduler.eventCount).toBe(2);
  });

  test('may be taken back after they ran, without effect', async () => {
    const scheduler = new Scheduler();
    const timer = scheduler.after(1, () => {});
    await scheduler.run(1);

    scheduler.cancel(timer);
    await scheduler.run(2);

    expect(scheduler.eventCount).toBe(1);
  });
});

describe('promises and real work', () => {
  test('settles every promise and tick an event set off before time moves on', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.at(1, () => {
      void (async () => {
        for (let i = 0; i < 30; i++) await undefined;
        process.nextTick(() => {
          void Promise.resolve().then(() => seen.push(`settled@${scheduler.nowMs}`));
        });
      })();
    });
    scheduler.at(1, () => seen.push('same instant'));
    scheduler.at(1.001, () => seen.push('later'));

    await scheduler.run(2);

    expect(seen).toEqual(['settled@1', 'same instant', 'later']);
  });

  test('holds the clock while real work is pinned, and lets go when the last of it is done', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.at(1, () => {
      for (const [name, milliseconds] of [
        ['short', 2],
        ['long', 12],
      ] as const) {
        void scheduler.pin(realWork(name, milliseconds)).then((work) => seen.push(`${work}@${scheduler.nowMs}`));
      }
    });
    scheduler.at(2, () => seen.push('next'));

    await scheduler.run(10);

    expect(seen).toEqual(['short@1', 'long@1', 'next']);
  });

  test('lets go of the clock when pinned work fails', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.at(1, () => {
      scheduler.pin(realWork('x').then(() => Promise.reject(new Error('no such file')))).catch((error: Error) => {
        seen.push(`${error.message}@${scheduler.nowMs}`);
      });
    });
    scheduler.at(2, () => seen.push('next'));

    await scheduler.run(10);

    expect(seen).toEqual(['no such file@1', 'next']);
  });

  test('does not see real work that nobody pinned: time runs past it', async () => {
    const scheduler = new Scheduler();
    let finish = (): void => undefined;
    const work = new Promise<void>((resolve) => {
      finish = resolve;
    }).then(() => scheduler.nowMs);

    await scheduler.run(1000);
    finish();

    await expect(work).resolves.toBe(1000);
  });

  test('sleeps for virtual time only', async () => {
    const scheduler = new Scheduler();
    const sleeper = (async () => {
      await scheduler.sleep(86_400_000);
      await scheduler.sleep(0.25);
      return scheduler.nowMs;
    })();

    await expect(scheduler.runUntilSettled(sleeper, 1e9)).resolves.toBe(86_400_000.25);
  });
});

describe('runs that end early', () => {
  test('stop where the condition is first met, with the clock standing there', async () => {
    const scheduler = new Scheduler();
    const seen: number[] = [];
    for (const timeMs of [1, 2, 3, 4]) scheduler.at(timeMs, () => seen.push(timeMs));

    await scheduler.run(100, () => seen.length === 2);

    expect(seen).toEqual([1, 2]);
    expect(scheduler.nowMs).toBe(2);
  });

  test('stop when the awaited work has settled, and leave the rest of the world where it was', async () => {
    const scheduler = new Scheduler();
    let late = false;
    scheduler.at(50, () => {
      late = true;
    });

    await expect(
      scheduler.runUntilSettled(
        scheduler.sleep(20).then(() => 'done'),
        1000,
      ),
    ).resolves.toBe('done');

    expect([scheduler.nowMs, late]).toEqual([20, false]);
  });

  test('fail when the awaited work waits for ever', async () => {
    const scheduler = new Scheduler();

    await expect(scheduler.runUntilSettled(new Promise(() => {}), 1000)).rejects.toThrow('still pending at 1000 ms');
  });

  test('give the rejection of the awaited work', async () => {
    const scheduler = new Scheduler();
    const work = scheduler.sleep(5).then(() => Promise.reject(new Error('refused')));

    await expect(scheduler.runUntilSettled(work, 1000)).rejects.toThrow('refused');
  });
});

describe('failures', () => {
  test('of an event stop the run before the next event', async () => {
    const scheduler = new Scheduler();
    const seen: string[] = [];
    scheduler.at(1, () => {
      throw new Error('broken event');
    });
    scheduler.at(1, () => seen.push('next'));

    await expect(scheduler.run(10)).rejects.toThrow('broken event');
    expect([seen, scheduler.nowMs]).toEqual([[], 1]);
  });

  test('of a spawned process stop the run, and the first one wins', async () => {
    const scheduler = new Scheduler();
    const fail = async (delayMs: number, message: string): Promise<void> => {
      await scheduler.sleep(delayMs);
      throw new Error(message);
    };
    scheduler.spawn(fail(7, 'second'));
    scheduler.spawn(fail(3, 'first'));

    await expect(scheduler.run(10)).rejects.toThrow('first');
    expect(scheduler.nowMs).toBe(3);
    await expect(scheduler.run(10)).rejects.toThrow('first');
  });

  test('that are aborted with stop the run even when the thrower is caught', async () => {
    const scheduler = new Scheduler();
    scheduler.at(1, () => {
      try {
        scheduler.abort(new Error('not modelled'));
      } catch {
        // As an application would.
      }
    });

    await expect(scheduler.run(10)).rejects.toThrow('not modelled');
  });

  test('are found in an endless loop within one instant', async () => {
    const scheduler = new Scheduler();
    const again = (): void => {
      scheduler.after(0, again);
    };
    scheduler.at(42, again);

    await expect(scheduler.run(100)).rejects.toThrow('more than 1000000 events at 42 ms: an endless loop');
  }, 30_000);

  test('are not seen in many events spread over as many instants', async () => {
    const scheduler = new Scheduler();
    let left = 5000;
    const again = (): void => {
      if (left-- > 0) scheduler.after(left % 2, again);
    };
    again();

    await expect(scheduler.run(10_000)).resolves.toBeUndefined();
    expect(left).toBe(-1);
  });
});
