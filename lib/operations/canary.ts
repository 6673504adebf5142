import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { names, type QualifiedConfig } from '../config';
import type { ExitCode } from './evacuate';
import { type RegionalAnswer, type RegionalCaller, regionalCaller } from './regional-caller';
import { messageOf } from './regional-health';

/** A Region to try out. */
export interface CanaryOrder {
  /** Config of the application. */
  readonly config: QualifiedConfig;
  /** Region whose own name is called. */
  readonly region: string;
  /** How often it is tried. */
  readonly rounds: number;
}

/** Ways to the world and to time. */
export interface CanarySurroundings {
  /** A caller of a Region's API. */
  readonly caller: (host: string, region: string) => RegionalCaller;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Waits that many milliseconds. */
  readonly sleep: (ms: number) => Promise<unknown>;
  /** A text that was never written before. */
  readonly newMark: () => string;
  /** Takes each line of the output. */
  readonly print: (line: string) => void;
}

/** The network with the caller's credentials, and the time of this machine. */
export const CANARY_SURROUNDINGS: CanarySurroundings = {
  caller: (host, region) => regionalCaller(host, region),
  now: Date.now,
  sleep: (ms) => wait(ms),
  newMark: randomUUID,
  print: (line) => process.stdout.write(`${line}\n`),
};

/**
 * Time for a Region to answer at all. Where a record is new, its name may take a minute to reach every server of Route 53, and longer
 * for a resolver that has just learnt that it does not exist.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-creating.html
 */
const FIRST_ANSWER_MS = 180_000;

/** Time between two rounds, and between two attempts to get a first answer. */
const PAUSE_MS = 5_000;

/** Share of the rounds that may fail: the way from here to the Region is part of each. */
const TOLERATED_SHARE = 0.1;

/** Times a mark is looked for: an eventually consistent read may come before it. */
const READS = 3;

/**
 * Tries a Region out on its own name, as its clients use it: `GET /health`, then a signed write and a read of what was written, several
 * times. It passes when nine rounds of ten succeed and the last one is among them.
 *
 * Each probe overwrites one item, so that nothing is left behind but its last mark.
 *
 * @returns 0 when the Region passes, else 1.
 */
export async function canary(order: CanaryOrder, surroundings: CanarySurroundings): Promise<ExitCode> {
  const { config, region, rounds } = order;
  const { sleep, print } = surroundings;
  const host = names.regionalHost(config.recordName, region);
  const caller = surroundings.caller(host, region);
  const silent = await firstAnswer(caller, surroundings);
  if (silent !== undefined) {
    print(`BAD: https://${host} has not answered for ${FIRST_ANSWER_MS / 1_000} s: ${silent}.`);
    return 1;
  }
  const failed = new Set<number>();
  for (let round = 1; round <= rounds; round++) {
    const startedMs = surroundings.now();
    const failure = await failureOf(() => tryOut(caller, region, surroundings));
    if (failure !== undefined) failed.add(round);
    print(`round ${round} of ${rounds}: ${failure ?? `served in ${surroundings.now() - startedMs} ms`}`);
    if (round < rounds) await sleep(PAUSE_MS);
  }
  const good = failed.size <= Math.floor(rounds * TOLERATED_SHARE) && !failed.has(rounds);
  print(`${good ? 'GOOD' : 'BAD'}: ${rounds - failed.size} of ${rounds} rounds were served by ${region} on ${host}.`);
  return good ? 0 : 1;
}

/** Waits until the Region answers anything at all; gives the last failure when it does not. */
async function firstAnswer(caller: RegionalCaller, { now, sleep }: CanarySurroundings): Promise<string | undefined> {
  const untilMs = now() + FIRST_ANSWER_MS;
  for (;;) {
    const failure = await failureOf(() => caller(HEALTH));
    if (failure === undefined || now() >= untilMs) return failure;
    await sleep(PAUSE_MS);
  }
}

const HEALTH = { method: 'GET', path: '/health', body: '', signed: false } as const;

/** One round. */
async function tryOut(caller: RegionalCaller, region: string, { newMark, sleep }: CanarySurroundings): Promise<void> {
  const mark = newMark();
  const probe = { path: `/probes/delivery-${region}`, signed: true };
  expectAnswer('GET /health', await caller(HEALTH), { status: 'healthy', region });
  const written = await caller({ ...probe, method: 'PUT', body: JSON.stringify({ mark }) });
  expectAnswer('PUT /probes', written, { mark, region });
  for (let read = 1; ; read++) {
    const answer = await caller({ ...probe, method: 'GET', body: '' });
    if (read < READS && answer.status < 500 && parsed(answer.text)?.mark !== mark) await sleep(1_000);
    else return expectAnswer('GET /probes', answer, { mark, region });
  }
}

/** Throws unless the answer is 200 and has the fields as they should be. */
function expectAnswer(asked: string, { status, text }: RegionalAnswer, fields: Readonly<Record<string, string>>): void {
  const body = parsed(text);
  const wrong = Object.keys(fields).filter((name) => body?.[name] !== fields[name]);
  if (status === 200 && wrong.length === 0) return;
  const expected = wrong.map((name) => `${name} ${fields[name]}`).join(', ');
  const shown = text.length > 120 ? `${text.slice(0, 117)}...` : text;
  throw new Error(`${asked} answered ${status} ${shown}${expected === '' ? '' : `, not ${expected}`}`);
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

async function failureOf(act: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
