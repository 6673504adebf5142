import fc from 'fast-check';
import type { RegisterOperation, RegisterValue } from '../../lib/histories';
import { read, refused, set, write } from './register-history';

/** One operation of a round, before it is known what it does. Times are within the round. */
interface Plan {
  readonly client: number;
  readonly kind: 'read' | 'write' | 'set' | 'refused';
  readonly invoke: number;
  /** Share of the time until its end at which it takes effect. */
  readonly instant: number;
  readonly end: number;
  /** Rounds after its invocation in which an operation of unknown outcome takes effect. @default - the client hears of it */
  readonly delay: number | undefined;
}

/** Milliseconds of a round; what is acknowledged in one ended before the next begins. */
export const ROUND_MS = 100;

/** Rounds of operations that overlap, by clients of an atomic register. */
export const plans = fc.array(
  fc.array(
    fc
      .record({
        client: fc.nat(4),
        kind: fc.constantFrom('read' as const, 'read' as const, 'write' as const, 'set' as const, 'refused' as const),
        invoke: fc.nat(50),
        instant: fc.double({ min: 0, max: 1, noNaN: true }),
        length: fc.nat(45),
        delay: fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(9) }),
      })
      .map(({ length, ...plan }): Plan => ({ ...plan, end: plan.invoke + length })),
    { maxLength: 5 },
  ),
  { minLength: 3, maxLength: 8 },
);

/** What clients of an atomic register would have recorded, with the round of each operation and what it wrote, if anything. */
export function simulate(rounds: readonly (readonly Plan[])[]) {
  const all = rounds.flatMap((plansOfRound, round) =>
    plansOfRound.map((plan, index) => {
      const invokeMs = round * ROUND_MS + plan.invoke;
      const endMs = round * ROUND_MS + plan.end;
      const effectMs =
        plan.delay === undefined ? invokeMs + plan.instant * (endMs - invokeMs) : endMs + plan.delay * ROUND_MS;
      return { ...plan, round, invokeMs, endMs, effectMs, value: `${round}.${index}` };
    }),
  );
  const recorded: { operation: RegisterOperation; round: number; written: RegisterValue | undefined }[] = [];
  let value: RegisterValue = null;
  const inOrder = all.toSorted((left, right) => left.effectMs - right.effectMs);
  for (const plan of inOrder) {
    const span = plan.delay === undefined ? ([plan.invokeMs, plan.endMs] as const) : ([plan.invokeMs] as const);
    let operation = read(plan.client, value, span);
    let written: RegisterValue | undefined;
    if (plan.kind === 'write') {
      written = value = plan.value;
      operation = write(plan.client, plan.value, span);
    } else if (plan.kind === 'set') {
      // Every other one expects what is not there.
      const from: RegisterValue = plan.value.endsWith('1') ? 'elsewhere' : value;
      const sets = from === value;
      operation = set(plan.client, from, plan.value, span, sets);
      if (sets) written = value = plan.value;
    } else if (plan.kind === 'refused') {
      operation = refused(plan.client, plan.value, [plan.invokeMs, plan.endMs]);
    }
    recorded.push({ operation, round: plan.round, written });
  }
  return recorded;
}
