import { CircuitBreaker, type CircuitBreakerProps } from '../../lib/client';

const PROPS: CircuitBreakerProps = {
  consecutiveFailures: 3,
  failureShare: 0.5,
  minimumAttempts: 10,
  windowMs: 60_000,
  openMs: 30_000,
  maxOpenMs: 100_000,
};

/** The longest draw: it stays open for all of its time. */
const LONGEST = () => 1;

function failing(times: number, props: Partial<CircuitBreakerProps> = {}, random = LONGEST): CircuitBreaker {
  const breaker = new CircuitBreaker({ ...PROPS, ...props }, random);
  for (let i = 0; i < times; i++) breaker.begin(0).failed(0);
  return breaker;
}

/** Lets outcomes happen a second apart: `x` fails, anything else succeeds. */
function after(outcomes: string, props: Partial<CircuitBreakerProps> = {}): CircuitBreaker {
  const breaker = new CircuitBreaker({ ...PROPS, consecutiveFailures: 100, ...props }, LONGEST);
  for (const [second, outcome] of [...outcomes].entries()) {
    const passage = breaker.begin(1000 * second);
    if (outcome === 'x') passage.failed(1000 * second);
    else passage.succeeded(1000 * second);
  }
  return breaker;
}

test('lets everything through while it is closed', () => {
  expect(failing(2).isClosed).toBe(true);
  expect(failing(2).passesFromMs(5)).toBe(5);
});

test('opens at so many failures in a row; a success in between begins the count anew', () => {
  expect(failing(3).isClosed).toBe(false);
  expect(failing(3).passesFromMs(0)).toBe(Number.POSITIVE_INFINITY);
  expect(after('xxoxxoxx', { consecutiveFailures: 3 }).isClosed).toBe(true);
  expect(after('xxoxxoxxx', { consecutiveFailures: 3 }).isClosed).toBe(false);
});

test('opens when half of enough attempts failed', () => {
  expect(after('oxoxoxoxo').isClosed).toBe(true);
  expect(after('oxoxoxoxox').isClosed).toBe(false);
  expect(after('ooxoxoxoxo').isClosed).toBe(true);
});

test('counts the attempts of the window only', () => {
  const outcomes = 'o'.repeat(70).concat('xxxx');

  // The last seven seconds hold four failures of seven, the last nine four of nine.
  expect(after(outcomes, { minimumAttempts: 7, windowMs: 7000 }).isClosed).toBe(false);
  expect(after(outcomes, { minimumAttempts: 7, windowMs: 9000 }).isClosed).toBe(true);
  expect(after(outcomes, { minimumAttempts: 8, windowMs: 7000 }).isClosed).toBe(true);
});

test('is half open after a while drawn from the upper half of its time, and lets one request try', () => {
  const [soon, late] = [failing(3, {}, () => 0), failing(3, {}, () => 1)];

  expect([14_999, 15_000].map((ms) => soon.passesFromMs(ms))).toEqual([Number.POSITIVE_INFINITY, 15_000]);
  expect([29_999, 30_000].map((ms) => late.passesFromMs(ms))).toEqual([Number.POSITIVE_INFINITY, 30_000]);
  late.begin(30_000);
  expect(late.passesFromMs(30_001)).toBe(Number.POSITIVE_INFINITY);
});

test('closes when the probe succeeds, and opens for twice as long each time it fails, up to a limit', () => {
  const breaker = failing(3);
  let nowMs = 30_000;
  for (const openMs of [60_000, 100_000, 100_000]) {
    breaker.begin(nowMs).failed(nowMs);
    expect(breaker.passesFromMs(nowMs + openMs - 1)).toBe(Number.POSITIVE_INFINITY);
    nowMs += openMs;
    expect(breaker.passesFromMs(nowMs)).toBe(nowMs);
  }
  breaker.begin(nowMs).succeeded(nowMs);
  expect(breaker.isClosed).toBe(true);

  for (let i = 0; i < 3; i++) breaker.begin(nowMs).failed(nowMs);
  expect(breaker.passesFromMs(nowMs + 30_000)).toBe(nowMs + 30_000);
});

test('lets another request try when the probe ended without saying anything', () => {
  const breaker = failing(3);
  breaker.begin(30_000).released();

  expect(breaker.passesFromMs(30_001)).toBe(30_001);
});

test('does not take the late failure of a request that went out before for the failure of its probe', () => {
  const breaker = failing(2);
  const [slow, third] = [breaker.begin(0), breaker.begin(0)];
  third.failed(0);
  const probe = breaker.begin(30_000);
  slow.failed(30_500);

  expect(breaker.passesFromMs(30_500)).toBe(Number.POSITIVE_INFINITY);
  probe.succeeded(31_000);
  expect(breaker.isClosed).toBe(true);
});

test('closes at any success: whoever answers can be asked', () => {
  const breaker = failing(2);
  const slow = breaker.begin(0);
  breaker.begin(0).failed(0);
  slow.succeeded(1000);

  expect(breaker.passesFromMs(1000)).toBe(1000);
});

test('holds back for as long as the host asks, but no longer than it would leave a failing one alone', () => {
  const breaker = failing(0);
  breaker.hold(5000, 0);
  breaker.hold(3000, 0);
  expect(breaker.passesFromMs(1000)).toBe(5000);
  expect(breaker.passesFromMs(6000)).toBe(6000);
  breaker.hold(3_600_000, 6000);
  expect(breaker.passesFromMs(6000)).toBe(106_000);
});
