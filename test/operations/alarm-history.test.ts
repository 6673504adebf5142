import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch';
import { type AlarmState, alarmHistory, stateNow, stateSinceMs } from '../../lib/operations/alarm-history';

const at = (time: string): number => Date.parse(`2026-11-24T${time}Z`);

function change(time: string, from: AlarmState, to: AlarmState): AlarmHistoryItem {
  return {
    AlarmName: 'dispatch-trouble',
    HistoryItemType: 'StateUpdate',
    Timestamp: new Date(at(time)),
    HistoryData: JSON.stringify({ oldState: { stateValue: from }, newState: { stateValue: to } }),
    HistorySummary: `Alarm updated from ${from} to ${to}`,
  };
}

describe('the history of an alarm since a moment', () => {
  test('is in order, whatever order it came in, and begins with the state before the first change', () => {
    const history = alarmHistory(at('12:00:00'), { state: 'OK', changedMs: at('12:20:00') }, [
      change('12:20:00', 'ALARM', 'OK'),
      change('12:10:00', 'OK', 'ALARM'),
    ]);

    expect(history.initial).toBe('OK');
    expect(history.transitions.map(({ atMs, to }) => [atMs, to])).toEqual([
      [at('12:10:00'), 'ALARM'],
      [at('12:20:00'), 'OK'],
    ]);
    expect([stateNow(history), stateSinceMs(history)]).toEqual(['OK', at('12:20:00')]);
  });

  test('leaves out what was before, and what is no change of state', () => {
    const items = [
      change('11:59:59', 'OK', 'ALARM'),
      { ...change('12:05:00', 'OK', 'ALARM'), HistoryItemType: 'Action' as const },
    ];

    const history = alarmHistory(at('12:00:00'), { state: 'ALARM', changedMs: at('11:59:59') }, items);

    expect(history).toMatchObject({ initial: 'ALARM', transitions: [] });
    expect(stateSinceMs(history)).toBe(at('12:00:00'));
  });

  test('is completed by what the alarm says now', () => {
    const known = [change('12:01:00', 'OK', 'INSUFFICIENT_DATA')];

    const history = alarmHistory(at('12:00:00'), { state: 'ALARM', changedMs: at('12:03:00') }, known);

    expect(history.transitions.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'OK INSUFFICIENT_DATA',
      'INSUFFICIENT_DATA ALARM',
    ]);
    expect(stateSinceMs(history)).toBe(at('12:03:00'));
  });

  test.each(['OK', 'ALARM'] as const)('takes a change to %s that it does not know yet for a change', (state) => {
    const history = alarmHistory(at('12:00:00'), { state, changedMs: at('12:03:00') }, []);

    expect(history.transitions).toEqual([{ atMs: at('12:03:00'), from: 'INSUFFICIENT_DATA', to: state }]);
  });

  test('is read from the summary when the data was cut', () => {
    const cut = { ...change('12:10:00', 'OK', 'ALARM'), HistoryData: '{"version":"1.0","oldSta' };

    const { transitions } = alarmHistory(at('12:00:00'), { state: 'ALARM', changedMs: at('12:10:00') }, [cut]);

    expect(transitions).toEqual([{ atMs: at('12:10:00'), from: 'OK', to: 'ALARM' }]);
  });

  test('refuses an item that does not say what changed: it may have been an alarm', () => {
    const mute = { ...change('12:10:00', 'OK', 'ALARM'), HistoryData: '{}', HistorySummary: 'Alarm updated' };

    expect(() => alarmHistory(at('12:00:00'), { state: 'OK', changedMs: 0 }, [mute])).toThrow(
      'a history item of dispatch-trouble does not say what changed',
    );
  });
});
