import * as z from 'zod';
import { type Judgement, PHASES, REASONS } from './judgement';

z.config({ jitless: true });

const count = z.int().min(0);
const moment = z.iso.datetime().transform((text) => Date.parse(text));

const record = z.object({
  phase: z.enum(PHASES),
  reason: z.enum(REASONS),
  since: moment,
  cleanInPhase: count,
  judgedAt: moment,
  wardSeenHealthy: z.boolean(),
  wardFailing: count,
  wardClean: count,
  judgeHealthy: count,
  judgeSick: count,
  leaseUntil: moment.optional(),
});

/** A judgement as text for its parameter: JSON with times that a person can read. */
export function toRecord({ sinceMs, judgedAtMs, leaseUntilMs, ...rest }: Judgement): string {
  return JSON.stringify({
    ...rest,
    since: new Date(sinceMs).toISOString(),
    judgedAt: new Date(judgedAtMs).toISOString(),
    ...(leaseUntilMs === 0 ? {} : { leaseUntil: new Date(leaseUntilMs).toISOString() }),
  });
}

/** The judgement in a parameter's text, or nothing when there is none. */
export function fromRecord(text: string): Judgement | undefined {
  const parsed = record.safeParse(parseJson(text));
  if (!parsed.success) return undefined;
  const { since, judgedAt, leaseUntil, ...rest } = parsed.data;
  return { ...rest, sinceMs: since, judgedAtMs: judgedAt, leaseUntilMs: leaseUntil ?? 0 };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
