import * as z from 'zod';

/** Calls of the table that can be faulted, by DynamoDB's names. */
export const FAULTED_CALLS = ['GetItem', 'Query', 'UpdateItem'] as const;

/** A call of the table that can be faulted. */
export type FaultedCall = (typeof FAULTED_CALLS)[number];

/** Longest time before faults end by themselves, in minutes. */
export const LONGEST_PLAN_MINUTES = 60;

/** What a person writes to leave the application alone. */
export const OFF = 'off';

/** Longest latency that can be injected, in milliseconds: as long as a request may take. */
const LONGEST_LATENCY_MS = 8_000;

const scope = {
  call: z.enum(FAULTED_CALLS).optional(),
  route: z.string().min(1).optional(),
  percent: z.number().gt(0).max(100).default(100),
};

const fault = z.discriminatedUnion('fault', [
  z.strictObject({
    fault: z.literal('latency'),
    milliseconds: z.number().int().min(1).max(LONGEST_LATENCY_MS),
    ...scope,
  }),
  z.strictObject({ fault: z.literal('error'), ...scope }),
  z.strictObject({ fault: z.literal('time-out'), ...scope }),
  z.strictObject({ fault: z.literal('lost-answer'), ...scope }),
]);

const plan = z.strictObject({
  until: z.iso.datetime({ offset: true }),
  sparesHealth: z.boolean().default(false),
  faults: z.array(fault).min(1).max(20),
});

/**
 * One fault: `latency` waits `milliseconds` before the call, `error` fails it as an error of the service would after the SDK's last attempt,
 * `time-out` waits as long as the SDK would and then fails it, `lost-answer` makes the call and then fails it. It strikes `percent` of the
 * calls, those named by `call` and on the route named by `route`, if they are named.
 */
export type Fault = z.infer<typeof fault>;

/**
 * Faults and when they end.
 *
 * ```json
 * {
 *   "until": "2027-03-01T14:30:00Z",
 *   "sparesHealth": true,
 *   "faults": [
 *     { "fault": "latency", "milliseconds": 1500, "call": "GetItem", "percent": 20 },
 *     { "fault": "lost-answer", "call": "UpdateItem", "route": "POST /deliveries", "percent": 10 }
 *   ]
 * }
 * ```
 */
export interface FaultPlan {
  /** When the faults end, in milliseconds since the epoch. */
  readonly untilMs: number;
  /** Whether `GET /health` is left alone, so that the Region stays in service and the faults stay gray. */
  readonly sparesHealth: boolean;
  /** Faults, applied in their order. */
  readonly faults: readonly Fault[];
}

/** What a text of the parameter came to. */
export interface ReadPlan {
  /** @default - no faults */
  readonly plan?: FaultPlan;
  /**
   * Why the text, which is not `off`, is no plan.
   *
   * @default - nothing was ignored
   */
  readonly ignored?: string;
}

/** Reads the parameter. Whatever is not a whole and current plan is none. */
export function readFaultPlan(text: string, nowMs: number): ReadPlan {
  if (text.trim() === OFF) return {};
  const parsed = plan.safeParse(fromJson(text));
  if (!parsed.success) return { ignored: parsed.error.issues[0]?.message ?? 'not a plan' };
  const { until, sparesHealth, faults } = parsed.data;
  const untilMs = Date.parse(until);
  if (untilMs <= nowMs) return { ignored: `until ${until} has passed` };
  if (untilMs > nowMs + LONGEST_PLAN_MINUTES * 60_000) {
    return { ignored: `until ${until} is more than ${LONGEST_PLAN_MINUTES} minutes ahead` };
  }
  return { plan: { untilMs, sparesHealth, faults } };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
