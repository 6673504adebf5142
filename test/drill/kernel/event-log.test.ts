import { createHash } from 'node:crypto';
import { EventLog } from '../../../lib/drill/kernel/event-log';

type Line = readonly [nowMs: number, event: string, ...fields: (string | number)[]];

function logged(lines: readonly Line[], sink?: (text: string) => void): EventLog {
  const log = new EventLog(sink);
  for (const line of lines) log.write(...line);
  return log;
}

const LINES: readonly Line[] = [
  [0, 'start'],
  [1.0004, 'request', 'east', 200],
  [1.0006, 'request', 'west', 503],
];

describe('the event log', () => {
  test('hashes exactly the text it hands on: fixed-point time, event, fields', () => {
    const text: string[] = [];
    const log = logged(LINES, (chunk) => text.push(chunk));

    const written = '0.000 start\n1.000 request east 200\n1.001 request west 503\n';
    expect(log.sha256()).toBe(createHash('sha256').update(written).digest('hex'));
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
    const many = Array.from({ length: 1300 }, (_, index): Line => [index, 'tick', index]);
    const chunks: string[] = [];
    const log = logged(many, (chunk) => chunks.push(chunk));

    const written = many.map(([nowMs, event, field]) => `${nowMs}.000 ${event} ${field}\n`).join('');
    expect(log.sha256()).toBe(createHash('sha256').update(written).digest('hex'));
    expect(chunks.join('')).toBe(written);
    expect(chunks.length).toBeGreaterThan(2);
  });
});
