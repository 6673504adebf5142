import { readRecurrence } from '../../../lib/drill/schedules/schedule-expression';

test.each([
  ['rate(1 minute)', { periodMinutes: 1 }],
  ['rate(5 minutes)', { periodMinutes: 5 }],
  ['rate(2 hours)', { periodMinutes: 120 }],
  ['rate(1 day)', { periodMinutes: 1440 }],
  ['cron(* * * * ? *)', { periodMinutes: 1, minute: 0 }],
  ['cron(*/15 * ? * * *)', { periodMinutes: 15, minute: 0 }],
  ['cron(3/20 * * * ? *)', { periodMinutes: 20, minute: 3 }],
])('%s is understood', (expression, recurrence) => {
  expect(readRecurrence(expression)).toEqual(recurrence);
});

test.each([
  'rate(0 minutes)',
  'rate(1 week)',
  'at(2026-01-01T00:00:00)',
  'cron(0 8 * * ? *)',
  'cron(0/7 * * * ? *)',
  'cron(20/20 * * * ? *)',
  'cron(0/15 * ? * MON-FRI *)',
])('%s is not', (expression) => {
  expect(readRecurrence(expression)).toBeUndefined();
});
