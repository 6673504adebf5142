import { answerQuery } from '../../../lib/drill/dns/answer-query';
import type { DnsRecord } from '../../../lib/drill/dns/record';
import { RandomStream } from '../../../lib/drill/kernel/random';
import { firstValue, geography, record, viewWithout, zoneOf } from './records';

/** As many records as asked for, named by letters; each has a health check of its own name. */
function records(count: number): readonly DnsRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const name = String.fromCharCode(97 + index);
    return record('example.com', name, { policy: { kind: 'multivalue' }, healthCheckId: name });
  });
}

const random = new RandomStream('multivalue');

/** The values of one answer, in its order. */
function answer(of: readonly DnsRecord[], ...unhealthy: readonly string[]): readonly (string | undefined)[] {
  const question = { name: 'example.com', type: 'A', geography: geography('us-east'), draw: () => random.next() };
  const { record: first, beside = [] } = answerQuery(zoneOf(...of), viewWithout(...unhealthy), question);
  return [first, ...beside].map(firstValue);
}

describe('a multivalue answer', () => {
  test('holds all healthy records, eight at the most', () => {
    expect([...answer(records(8))].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(new Set(answer(records(9)))).toHaveProperty('size', 8);
    expect([...answer(records(9), 'i')].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
    expect(answer(records(3), 'a', 'c')).toEqual(['b']);
  });

  test('holds unhealthy records, eight at the most, when all are', () => {
    expect([...answer(records(2), 'a', 'b')].sort()).toEqual(['a', 'b']);
    expect(answer(records(9), ...'abcdefghi')).toHaveLength(8);
  });

  test('gives every record the same chance to be in it and to come first', () => {
    const draws = 9000;
    const seen = new Map<string | undefined, { first: number; any: number }>();
    for (let draw = 0; draw < draws; draw++) {
      for (const [index, value] of answer(records(9)).entries()) {
        const counts = seen.get(value) ?? { first: 0, any: 0 };
        seen.set(value, { first: counts.first + (index === 0 ? 1 : 0), any: counts.any + 1 });
      }
    }

    expect(seen.size).toBe(9);
    for (const { first, any } of seen.values()) {
      expect(Math.abs(first / draws - 1 / 9)).toBeLessThan(0.015);
      expect(Math.abs(any / draws - 8 / 9)).toBeLessThan(0.015);
    }
  });
});
