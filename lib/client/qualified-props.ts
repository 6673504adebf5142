import type { CircuitBreakerProps } from './circuit-breaker';
import type { ClientProps } from './client-props';
import { systemClock } from './clock';
import type { OutgoingRequest } from './outgoing-request';

/** {@link ClientProps} with a value for everything. */
export type QualifiedProps = Required<Omit<ClientProps, 'breaker'>> & { readonly breaker: CircuitBreakerProps };

const BREAKER: CircuitBreakerProps = {
  consecutiveFailures: 3,
  failureShare: 0.5,
  minimumAttempts: 10,
  windowMs: 60_000,
  openMs: 30_000,
  maxOpenMs: 300_000,
};

/**
 * Fills in what was left out.
 *
 * @throws RangeError naming everything that is wrong.
 */
export function qualify(props: ClientProps): QualifiedProps {
  const { name, breaker, fetch: send, ...rest } = props;
  const qualified = {
    regionalHost: (region: string) => `${region}.${name}`,
    viaSharedName: true,
    prepare: (request: OutgoingRequest) => request,
    attemptTimeoutMs: 2000,
    deadlineMs: 10_000,
    maxAttempts: 4,
    backOffMs: 100,
    maxBackOffMs: 1000,
    stickyMs: 60_000,
    maxStickyMs: 300_000,
    regionHeader: 'x-region',
    idempotencyHeader: 'idempotency-key',
    onAttempt: () => {},
    clock: systemClock,
    random: Math.random,
    ...given(rest),
    name: name.toLowerCase(),
    // Browsers refuse a `fetch` that is called as anything but a function of the window.
    fetch: send ?? ((input: Parameters<typeof fetch>[0], init?: RequestInit) => fetch(input, init)),
    breaker: { ...BREAKER, ...given(breaker ?? {}) },
  };
  refuse(qualified);
  return qualified;
}

/** Without what is undefined, which would hide a default. */
function given<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

function refuse({ name, regions, breaker, ...props }: QualifiedProps): void {
  const { attemptTimeoutMs, deadlineMs, maxAttempts, backOffMs, maxBackOffMs, stickyMs, maxStickyMs } = props;
  const problems = [
    ...(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name)
      ? []
      : [`name must be a host name such as api.example.com, got ${name}`]),
    ...(regions.length > 0 && new Set(regions).size === regions.length
      ? []
      : [`regions must name at least one Region, each once, got ${regions.join(', ') || 'none'}`]),
    ...above(0, { attemptTimeoutMs, deadlineMs }),
    ...from(0, { backOffMs, maxBackOffMs, stickyMs, maxStickyMs }),
    ...from(0, { 'breaker.windowMs': breaker.windowMs, 'breaker.openMs': breaker.openMs }),
    ...from(breaker.openMs, { 'breaker.maxOpenMs': breaker.maxOpenMs }),
    ...whole({
      maxAttempts,
      'breaker.consecutiveFailures': breaker.consecutiveFailures,
      'breaker.minimumAttempts': breaker.minimumAttempts,
    }),
    ...(breaker.failureShare > 0 && breaker.failureShare <= 1
      ? []
      : [`breaker.failureShare must be above 0 and at most 1, got ${breaker.failureShare}`]),
  ];
  if (problems.length > 0) throw new RangeError(problems.join('; '));
}

function above(limit: number, values: Record<string, number>): string[] {
  const wrong = Object.entries(values).filter(([, value]) => !(value > limit && Number.isFinite(value)));
  return wrong.map(([prop, value]) => `${prop} must be a number above ${limit}, got ${value}`);
}

function from(limit: number, values: Record<string, number>): string[] {
  const wrong = Object.entries(values).filter(([, value]) => !(value >= limit && Number.isFinite(value)));
  return wrong.map(([prop, value]) => `${prop} must be a number from ${limit}, got ${value}`);
}

function whole(values: Record<string, number>): string[] {
  const wrong = Object.entries(values).filter(([, value]) => !(Number.isSafeInteger(value) && value >= 1));
  return wrong.map(([prop, value]) => `${prop} must be a whole number from 1, got ${value}`);
}
