import type { AlarmHistoryItem } from '@aws-sdk/client-cloudwatch';

/** State of a CloudWatch alarm. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A change of an alarm's state. */
export interface AlarmTransition {
  /** When it happened. */
  readonly atMs: number;
  /** State before. */
  readonly from: AlarmState;
  /** State after. */
  readonly to: AlarmState;
}

/** What an alarm has done since a moment. */
export interface AlarmHistory {
  /** The moment. */
  readonly sinceMs: number;
  /** State at that moment. */
  readonly initial: AlarmState;
  /** Changes since then, the oldest first. */
  readonly transitions: readonly AlarmTransition[];
}

/** State of an alarm as it was last described. */
export interface DescribedState {
  /** The state. */
  readonly state: AlarmState;
  /** When it took this state. */
  readonly changedMs: number;
}

/**
 * An alarm's history since a moment, from what CloudWatch keeps of it and what it says of it now. The history may lag behind: a state
 * that it does not know yet is added as the last change.
 *
 * @param items History items in any order; those that are no changes of state, or older, are left out.
 * @throws Error when an item says neither in its data nor in its summary what changed, for nothing may be taken for silence.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmHistory.html
 */
export function alarmHistory(sinceMs: number, now: DescribedState, items: readonly AlarmHistoryItem[]): AlarmHistory {
  const transitions = items
    .filter(({ HistoryItemType }) => HistoryItemType === 'StateUpdate')
    .map(transitionOf)
    .filter(({ atMs }) => atMs >= sinceMs)
    .sort((left, right) => left.atMs - right.atMs);
  const unchanged = now.changedMs < sinceMs;
  const initial = transitions[0]?.from ?? (unchanged ? now.state : 'INSUFFICIENT_DATA');
  const last = transitions[transitions.length - 1]?.to ?? initial;
  if (last !== now.state) transitions.push({ atMs: Math.max(now.changedMs, sinceMs), from: last, to: now.state });
  return { sinceMs, initial, transitions };
}

/** The state an alarm is in. */
export function stateNow({ initial, transitions }: AlarmHistory): AlarmState {
  return transitions[transitions.length - 1]?.to ?? initial;
}

/** Since when an alarm has been in its state, as far as the history reaches. */
export function stateSinceMs({ sinceMs, transitions }: AlarmHistory): number {
  return transitions[transitions.length - 1]?.atMs ?? sinceMs;
}

function transitionOf({ AlarmName, Timestamp, HistoryData, HistorySummary = '' }: AlarmHistoryItem): AlarmTransition {
  const [, before, after] = /from (\w+) to (\w+)/.exec(HistorySummary) ?? [];
  const data = parsed(HistoryData);
  const from = stateOf(data?.oldState?.stateValue ?? before);
  const to = stateOf(data?.newState?.stateValue ?? after);
  if (!Timestamp || !from || !to) throw new Error(`a history item of ${AlarmName} does not say what changed`);
  return { atMs: new Date(Timestamp).getTime(), from, to };
}

interface HistoryData {
  readonly oldState?: { readonly stateValue?: unknown };
  readonly newState?: { readonly stateValue?: unknown };
}

function parsed(text: string | undefined): HistoryData | undefined {
  try {
    return JSON.parse(text ?? '') as HistoryData;
  } catch {
    return undefined;
  }
}

/** The state that a word names, if it names one. */
export function stateOf(word: unknown): AlarmState | undefined {
  return word === 'OK' || word === 'ALARM' || word === 'INSUFFICIENT_DATA' ? word : undefined;
}
