import { createHash } from 'node:crypto';
import { EventLog, thousandths } from '../../../lib/drill/kernel/event-log';

type Line = readonly [nowMs: number, region: string];

function logged(lines: readonly Line[], sink?: (text: string) => void): EventLog {
  const log = new EventLog(sink);
  for (const [nowMs, region] of lines) log.write(nowMs, 'deployment', { region });
  return log;
}

const LINES: readonly Line[] = [
  [0, 'east'],
  [1.0004, 'east'],
  [1.0006, 'west'],
];

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('the event log', () => {
  test('hashes exactly the text it hands on: a JSON object a line, times rounded to thousandths', () => {
    const text: string[] = [];
    const log = logged(LINES, (chunk) => text.push(chunk));

    const written = [
      '{"t":0,"is":"deployment","region":"east"}\n',
      '{"t":1,"is":"deployment","region":"east"}\n',
      '{"t":1.001,"is":"deployment","region":"west"}\n',
    ].join('');
    expect(log.sha256()).toBe(sha256(written));
    expect(text.join('')).toBe(written);
    expect(log.lineCount).toBe(3);
  });

  test('has the same hash for the same lines, however often it is asked', () => {
    const log = logged(LINES);

    expect(log.sha256()).toBe(log.sha256());
    expect(log.sha256()).toBe(logged(LINES).sha256());
  });

  test('has another hash when lines change places, or one is missing, or one more is there', () => {
    const [first, second, third] = LINES as [Line, Line, Line];
    const hashes = [LINES, [first, third, second], [first, second], [...LINES, third], []].map((lines) =>
      logged(lines).sha256(),
    );

    expect(new Set(hashes).size).toBe(5);
  });

  test('does not depend on where its chunks end', () => {
    const many = Array.from({ length: 1300 }, (_, index): Line => [index, `r${index}`]);
    const chunks: string[] = [];
    const log = logged(many, (chunk) => chunks.push(chunk));

    const written = many.map(([nowMs, region]) => `{"t":${nowMs},"is":"deployment","region":"${region}"}\n`).join('');
    expect(log.sha256()).toBe(sha256(written));
    expect(chunks.join('')).toBe(written);
    expect(chunks.length).toBeGreaterThan(2);
  });

  test('drops what is written after its hash was taken', () => {
    const log = logged(LINES);
    const before = log.sha256();
    log.write(5000, 'deployment', { region: 'late' });

    expect([log.sha256(), log.lineCount]).toEqual([before, 3]);
  });
});

describe('the end of a second', () => {
  /** When listeners heard of seconds that ended, and what was written, in order. */
  function ends(steps: (log: EventLog) => void): string[] {
    const order: string[] = [];
    const log = new EventLog((text) =>
      order.push(...[...text.matchAll(/"region":"(\w+)"/g)].map(([, name]) => `${name}`)),
    );
    log.onSecond((endMs) => log.write(endMs, 'deployment', { region: `end${endMs}` }));
    steps(log);
    log.sha256();
    return order;
  }

  test('is heard of before anything later is written, once for each second in which something was', () => {
    const order = ends((log) => {
      log.write(10, 'deployment', { region: 'a' });
      log.write(999.999, 'deployment', { region: 'b' });
      log.write(1000, 'deployment', { region: 'c' });
      log.write(7500, 'deployment', { region: 'd' });
    });

    expect(order).toEqual(['a', 'b', 'end1000', 'c', 'end2000', 'd', 'end8000']);
  });

  test('comes with time that passes without a record, too', () => {
    const order = ends((log) => {
      log.write(10, 'deployment', { region: 'a' });
      log.reach(3200);
      log.write(3300, 'deployment', { region: 'b' });
    });

    expect(order).toEqual(['a', 'end1000', 'b', 'end4000']);
  });
});

test('thousandths print with three decimals at the most', () => {
  for (const ms of [0.1 + 0.2, 52_919_999.999_6, 1 / 3, 1e-9]) {
    expect(String(thousandths(ms))).toMatch(/^\d+(?:\.\d{1,3})?$/);
    expect(Math.abs(thousandths(ms) - ms)).toBeLessThanOrEqual(0.000_5 + 1e-8);
  }
});
