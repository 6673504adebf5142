import type { HttpAnswer } from '../../api/http-event';
import type { ReadBack } from '../workload';
import { bodyOf, isSuccess, unmetExpectation } from './expectation';
import { fillRequest, type Intention } from './intention';
import { fillText } from './template';
import type { ReadBackDefinition } from './workload-definition';

/**
 * What was written to which identity, and what may stand there in the end.
 *
 * Of several writes to one identity the last acknowledged one must be found again, or one that may have come after it: one that
 * was under way together with it, or of which nobody knows whether and when it happened.
 */
export class WriteLedger {
  private readonly written = new Map<string, Intention[]>();
  private acknowledgements = 0;

  /** Writes acknowledged so far. */
  get acknowledged(): number {
    return this.acknowledgements;
  }

  /** Takes a write before it is first tried. */
  begin(intention: Intention): void {
    const identity = identityOf(intention);
    if (identity !== undefined) this.candidatesOf(identity).push(intention);
  }

  /** Takes an acknowledgement: what had been acknowledged before this write began is overwritten. */
  acknowledge(intention: Intention, nowMs: number): void {
    if (intention.acknowledgedMs !== undefined) return;
    intention.acknowledgedMs = nowMs;
    this.acknowledgements++;
    const identity = identityOf(intention) ?? '';
    const candidates = this.candidatesOf(identity);
    const left = candidates.filter(({ acknowledgedMs }) => (acknowledgedMs ?? nowMs) >= intention.startMs);
    this.written.set(identity, left.includes(intention) ? left : [...left, intention]);
  }

  /** Every identity whose last write was acknowledged, those that one reading shows together. */
  *readBacks(): Iterable<ReadBack> {
    const readings = new Map<string, Proof[]>();
    for (const candidates of this.written.values()) {
      const proof = proofOf(candidates);
      if (!proof) continue;
      const key = JSON.stringify(proof.request);
      readings.set(key, [...(readings.get(key) ?? []), proof]);
    }
    for (const proofs of readings.values()) yield readBackOf(proofs);
  }

  private candidatesOf(identity: string): Intention[] {
    let candidates = this.written.get(identity);
    if (!candidates) {
      candidates = [];
      this.written.set(identity, candidates);
    }
    return candidates;
  }
}

/** What a write is to; nothing while it depends on an answer that has not come. */
function identityOf({ definition, values }: Intention): string | undefined {
  const { write, remember = {} } = definition;
  if (!write || Object.keys(remember).some((name) => !(name in values))) return undefined;
  return fillText(write.identity, values);
}

/** One write that must be found again, and what may stand in its place. */
interface Proof {
  readonly latest: Intention;
  readonly candidates: readonly Intention[];
  readonly request: ReturnType<typeof fillRequest>;
}

function proofOf(candidates: readonly Intention[]): Proof | undefined {
  const acknowledged = candidates.filter(({ acknowledgedMs }) => acknowledgedMs !== undefined);
  const latest = acknowledged.reduce<Intention | undefined>(
    (last, each) => (last && (last.acknowledgedMs ?? 0) > (each.acknowledgedMs ?? 0) ? last : each),
    undefined,
  );
  const readBack = latest?.definition.write?.readBack;
  if (!latest || !readBack) return undefined;
  return { latest, candidates, request: fillRequest(readBack.request, latest.values) };
}

function readBackOf(proofs: readonly Proof[]): ReadBack {
  const [{ request } = { request: { method: 'GET', path: '/' } }] = proofs;
  return {
    writes: proofs.map(({ latest: { definition, acknowledgedMs = 0 } }) => ({ kind: definition.name, acknowledgedMs })),
    request,
    missing: (answer) =>
      proofs.flatMap(({ candidates }, index) => (candidates.some((each) => isShown(each, answer)) ? [] : [index])),
  };
}

function isShown({ definition, values }: Intention, answer: HttpAnswer): boolean {
  const readBack = definition.write?.readBack;
  return readBack !== undefined && shows(readBack, values, answer);
}

/** Whether an answer shows what a reading is to show. */
export function shows(
  { success, expect = {} }: ReadBackDefinition,
  values: Intention['values'],
  answer: HttpAnswer,
): boolean {
  return isSuccess(answer.status, success) && unmetExpectation(bodyOf(answer), expect, values) === undefined;
}
