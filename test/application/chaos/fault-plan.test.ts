import fc from 'fast-check';
import { readFaultPlan } from '../../../lib/application/chaos/fault-plan';
import { textOf } from '../../helpers/source-files';

const NOW = Date.parse('2027-03-01T14:00:00Z');

function planText(changes: object = {}): string {
  return JSON.stringify({ until: '2027-03-01T14:30:00Z', faults: [{ fault: 'error' }], ...changes });
}

test('reads a plan, with everything struck unless it says less', () => {
  expect(readFaultPlan(planText(), NOW)).toEqual({
    plan: {
      untilMs: Date.parse('2027-03-01T14:30:00Z'),
      sparesHealth: false,
      faults: [{ fault: 'error', percent: 100 }],
    },
  });
});

test('reads the example of the documentation', () => {
  const [, example = ''] = /```json\n([\s\S]*?)```/.exec(textOf('docs/chaos.md')) ?? [];
  const { plan } = readFaultPlan(example, NOW);

  expect(plan?.sparesHealth).toBe(true);
  expect(plan?.faults.map(({ fault }) => fault)).toEqual(['latency', 'lost-answer']);
});

test.each([
  ['2027-03-01T14:00:00Z', false],
  ['2027-03-01T14:00:01Z', true],
  ['2027-03-01T15:00:00Z', true],
  ['2027-03-01T15:00:01Z', false],
  ['2027-03-01T16:30:00+02:00', true],
  ['2027-03-01T14:30:00', false],
  ['tomorrow', false],
])('takes an end at %s: %s', (until, taken) => {
  expect(readFaultPlan(planText({ until }), NOW).plan !== undefined).toBe(taken);
});

test.each<[string, object]>([
  ['no faults', { faults: [] }],
  ['an unknown fault', { faults: [{ fault: 'corruption' }] }],
  ['an unknown call', { faults: [{ fault: 'error', call: 'DeleteTable' }] }],
  ['a latency without its length', { faults: [{ fault: 'latency' }] }],
  ['a latency of zero', { faults: [{ fault: 'latency', milliseconds: 0 }] }],
  ['a latency beyond a request', { faults: [{ fault: 'latency', milliseconds: 8_001 }] }],
  ['a share of zero', { faults: [{ fault: 'error', percent: 0 }] }],
  ['a share beyond all', { faults: [{ fault: 'error', percent: 101 }] }],
  ['a misspelt field', { faults: [{ fault: 'error', percentage: 10 }] }],
  ['a misspelt field beside the faults', { spareHealth: true }],
  ['no end', { until: undefined }],
  ['one fault that is wrong among right ones', { faults: [{ fault: 'error' }, { fault: 'latency' }] }],
])('ignores %s, and says why', (_, changes) => {
  expect(readFaultPlan(planText(changes), NOW)).toEqual({ ignored: expect.any(String) });
});

test('takes off for off, without a reason', () => {
  expect(readFaultPlan(' off\n', NOW)).toEqual({});
});

test('finds no plan in any other text', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.constant(planText()).map((text) => text.slice(0, -1)),
      ),
      (text) => {
        expect(readFaultPlan(text, NOW).plan).toBeUndefined();
      },
    ),
  );
});

test('never finds a plan that has ended or ends beyond the hour', () => {
  const hour = 3_600_000;
  fc.assert(
    fc.property(fc.integer({ min: -3 * hour, max: 3 * hour }), (offset) => {
      const until = new Date(NOW + offset).toISOString();

      expect(readFaultPlan(planText({ until }), NOW).plan !== undefined).toBe(offset > 0 && offset <= hour);
    }),
  );
});
