import fc from 'fast-check';
import { checkLinearizability, type RegisterOperation, registerModel } from '../../lib/histories';
import { isLinearizableInSomeOrder } from './every-order';
import { read, refused, set, write } from './register-history';
import { plans, ROUND_MS, simulate } from './simulated-register';

const check = (operations: readonly RegisterOperation[]) => checkLinearizability(registerModel, operations);

describe('what clients of an atomic register record', () => {
  test('is linearizable, whatever became of their requests', () => {
    fc.assert(
      fc.property(plans, (rounds) => {
        expect(check(simulate(rounds).map(({ operation }) => operation))).toEqual({ verdict: 'holds' });
      }),
      { numRuns: 500 },
    );
  });

  test('is so in whatever order it is written down', () => {
    const shuffled = plans.chain((rounds) => {
      const operations = simulate(rounds).map(({ operation }) => operation);
      return fc.shuffledSubarray(operations, { minLength: operations.length });
    });
    fc.assert(fc.property(shuffled, (operations) => check(operations).verdict === 'holds'));
  });

  test('is refused with a read that shows, while nobody else is at it, what had been overwritten', () => {
    let refusals = 0;
    fc.assert(
      fc.property(plans, fc.nat(), fc.nat(), (rounds, which, when) => {
        const recorded = simulate(rounds);
        const acknowledged = recorded.filter(
          ({ operation, written }) => operation.outcome === 'ok' && written !== undefined,
        );
        const lastRound = Math.max(0, ...acknowledged.map(({ round }) => round));
        const overwritten = acknowledged.filter(({ round }) => round < lastRound);
        const old = overwritten[which % Math.max(1, overwritten.length)];
        if (!old) return;
        const atMs = (lastRound + 1 + (when % 3)) * ROUND_MS - 2;
        const stale = read(9, old.written ?? null, [atMs, atMs + 1]);

        const result = check([...recorded.map(({ operation }) => operation), stale]);
        expect(result).toMatchObject({ verdict: 'violated' });
        refusals++;
      }),
      { numRuns: 500 },
    );
    expect(refusals).toBeGreaterThan(200);
  });
});

describe('any short history', () => {
  const value = fc.constantFrom('a', 'b', null);
  const span = fc.tuple(fc.nat(12), fc.nat(6)).map(([from, length]) => [from, from + length] as const);
  const client = fc.nat(3);
  const operation = fc.oneof(
    { weight: 4, arbitrary: fc.tuple(client, value, span).map(([who, what, when]) => read(who, what, when)) },
    { weight: 3, arbitrary: fc.tuple(client, value, span).map(([who, what, when]) => write(who, what, when)) },
    { weight: 2, arbitrary: fc.tuple(client, value, span).map(([who, what, [from]]) => write(who, what, [from])) },
    { weight: 1, arbitrary: fc.tuple(client, value, span).map(([who, what, when]) => refused(who, what, when)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(client, value, value, span, fc.boolean())
        .map(([who, from, to, when, sets]) => set(who, from, to, when, sets)),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(client, value, value, span).map(([who, from, to, [at]]) => set(who, from, to, [at])),
    },
  );
  const histories = fc.array(operation, { minLength: 1, maxLength: 6 });

  test('is judged as by trying every order', () => {
    const counts = { holds: 0, violated: 0, undecided: 0 };
    fc.assert(
      fc.property(histories, (operations) => {
        const { verdict } = check(operations);
        counts[verdict]++;
        expect(verdict).toBe(isLinearizableInSomeOrder(registerModel, operations) ? 'holds' : 'violated');
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(counts.holds, counts.violated)).toBeGreaterThan(500);
  });

  test('that is wrong is wrong for what its counter-example says, and for nothing less', () => {
    const unknown = ({ client, key, kind, input, invokeMs }: RegisterOperation): RegisterOperation => ({
      client,
      key,
      kind,
      input,
      invokeMs,
      outcome: 'unknown',
    });
    fc.assert(
      fc.property(histories, (operations) => {
        const result = check(operations);
        if (result.verdict !== 'violated') return;
        const { operation: stuck, essential } = result.counterExample;
        const only = (known: readonly RegisterOperation[]) =>
          operations
            .filter(({ outcome }) => outcome !== 'fail')
            .map((one) => (known.includes(one) ? one : unknown(one)));

        expect(essential).toContain(stuck);
        expect(isLinearizableInSomeOrder(registerModel, only(essential))).toBe(false);
        for (const spared of essential.filter((one) => one !== stuck)) {
          expect(isLinearizableInSomeOrder(registerModel, only(essential.filter((one) => one !== spared)))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
