import { alarmsIn, holds, readAlarmRule } from '../../../lib/drill/monitoring/alarm-rule';
import type { AlarmState } from '../../../lib/drill/monitoring/alarm-state';

const STATES: Readonly<Record<string, AlarmState>> = { loud: 'ALARM', calm: 'OK', blind: 'INSUFFICIENT_DATA' };

/** Whether a rule holds over an alarm that rings, one that does not, and one without data; `unread` when it is not read. */
function outcome(text: string): boolean | 'unread' {
  const rule = readAlarmRule(text);
  return rule ? holds(rule, (alarm) => STATES[alarm] ?? 'INSUFFICIENT_DATA') : 'unread';
}

test.each([
  ['TRUE', true],
  ['FALSE', false],
  ['ALARM(loud)', true],
  ['ALARM("calm")', false],
  ['OK(calm)', true],
  ['INSUFFICIENT_DATA(blind)', true],
  ['ALARM(blind) OR OK(blind)', false],
  ['NOT ALARM(loud)', false],
  ['ALARM(loud) AND NOT OK(loud)', true],
])('%s is %p', (text, expected) => expect(outcome(text)).toBe(expected));

test('AND binds more strongly than OR, NOT more than both, and brackets most', () => {
  expect(outcome('ALARM(loud) OR ALARM(calm) AND ALARM(calm)')).toBe(true);
  expect(outcome('(ALARM(loud) OR ALARM(calm)) AND ALARM(calm)')).toBe(false);
  expect(outcome('NOT ALARM(calm) OR ALARM(calm) AND FALSE')).toBe(true);
  expect(outcome('NOT (ALARM(calm) OR ALARM(loud))')).toBe(false);
});

test('names may be quoted, ARNs, or hold tokens', () => {
  const rule = readAlarmRule(
    'ALARM("a name, (quoted) OR") OR OK(arn:aws:cloudwatch:us-east-2:111122223333:alarm:x) AND ALARM({{Stack/Alarm Ref}}-b)',
  );

  expect(rule && alarmsIn(rule)).toEqual([
    'a name, (quoted) OR',
    'arn:aws:cloudwatch:us-east-2:111122223333:alarm:x',
    '{{Stack/Alarm Ref}}-b',
  ]);
});

test.each([
  'ALARM(loud',
  'ALARM loud',
  'ALARM(loud) AND',
  'ALARM(loud) ALARM(calm)',
  'AT_LEAST(1, ALARM, (loud, calm))',
  'RINGS(loud)',
  '"ALARM"(loud)',
  '',
])('does not read %p', (text) => expect(outcome(text)).toBe('unread'));
