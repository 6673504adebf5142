import type { z } from 'zod';
import { type Problem, quoteFound } from '../../bad-input';
import { EVERYWHERE, FAULT_KINDS, FAULT_PATTERNS, FAULT_TARGETS } from '../faults/fault';
import { pathText, valueAt } from './json-input';

/** What a field may hold, and what to do about anything else. */
type Guide = readonly [allowed: string, remedy: string];

/** What is known of schedules where their fields are declared. */
export interface ScheduleShape {
  /** Version that this drill reads. */
  readonly version: number;
  /** Fields of a schedule. */
  readonly fields: readonly string[];
  /** Fields of an event, by its kind. */
  readonly eventFields: Readonly<Record<string, readonly string[]>>;
}

const PAGE = 'see docs/schedules.md';
const SECONDS: Guide = ['seconds since the beginning, a number from 0 to 86400 (a day)', 'give such a number'];
const LASTING: Guide = ['seconds, a number above 0, at most 86400 (a day)', 'give such a number'];
const NAMES: Guide = ['a list of 1 to 100 texts that are not empty', 'name at least one, or leave the field out'];

/** Guides by the field's name, the place in a list left out. */
const GUIDES: Readonly<Record<string, Guide>> = {
  seed: ['a whole number from 0', 'give such a number'],
  requestsPerSecond: ['a number above 0, at most 1000', 'give such a number'],
  durationSeconds: ['seconds, a number from 60 to 86400 (a day)', 'give such a number'],
  events: ['a list of at most 100 events, which may be empty', PAGE],
  'events[]': ['an object that describes an event', PAGE],
  region: [`the name of a Region, such as us-east-2; for a fault also ${EVERYWHERE}`, 'name one'],
  fromSeconds: SECONDS,
  toSeconds: SECONDS,
  atSeconds: SECONDS,
  share: ['a number above 0, at most 1: 0.3 for 30 %', 'give such a number'],
  pattern: [oneOf(FAULT_PATTERNS), 'choose one of these'],
  milliseconds: ['a number from -60000 to 60000', 'give such a number'],
  target: [oneOf(FAULT_TARGETS), 'choose one of these'],
  failing: [oneOf(FAULT_KINDS), 'choose one of these that the target knows'],
  zone: ['a text: the name of an Availability Zone, such as us-east-2a', 'name one, or leave it out'],
  periodSeconds: LASTING,
  delaySeconds: LASTING,
  operations: NAMES,
  resources: NAMES,
  peers: NAMES,
  statusCode: ['a whole number from 200 to 599', 'give such a number, or leave it out'],
};

/** What is wrong with the shape of a schedule, in words. */
export function scheduleProblems(error: z.ZodError, value: unknown, shape: ScheduleShape): readonly Problem[] {
  const problems = error.issues.flatMap((issue): readonly Problem[] => {
    const { path } = issue;
    if (issue.code !== 'unrecognized_keys') {
      const [allowed, remedy] = guideOf(path, shape);
      return [{ field: pathText(path) || 'the whole file', found: quoteFound(valueAt(value, path)), allowed, remedy }];
    }
    return issue.keys.map((key) => ({
      field: pathText([...path, key]),
      found: 'a field that is not known there',
      allowed: fieldsAt(path, value, shape).join(', '),
      remedy: 'take it out, or mend its name',
    }));
  });
  // A value can break two rules of its field, and both have one guide.
  return [...new Map(problems.map((problem) => [problem.field, problem])).values()];
}

function guideOf(path: readonly PropertyKey[], { version, fields, eventFields }: ScheduleShape): Guide {
  const names = path.filter((key) => typeof key === 'string');
  const name = names.at(-1);
  if (name === undefined) return [`an object with ${fields.join(', ')}`, PAGE];
  if (name === 'version') return [`${version}, which is what this drill reads`, `write ${version}`];
  if (name === 'kind') return [oneOf(Object.keys(eventFields)), 'choose one of these'];
  const isElement = typeof path.at(-1) === 'number';
  const guide = GUIDES[isElement && name === 'events' ? 'events[]' : name];
  if (!guide) throw new Error(`no guide for ${pathText(path)}`);
  return guide;
}

function fieldsAt(
  path: readonly PropertyKey[],
  value: unknown,
  { fields, eventFields }: ScheduleShape,
): readonly string[] {
  return path.length === 0 ? fields : (eventFields[String(valueAt(value, [...path, 'kind']))] ?? []);
}

function oneOf(words: readonly string[]): string {
  return `one of ${words.join(', ')}`;
}
