import * as z from 'zod';
import { type Consistency, readConsistency, readRegion, readTableName, requirePowertools } from '../environment';
import { type ProcessVariables, readVariables } from '../variables';

z.config({ jitless: true });

const settings = z.object({
  failingShare: z.number().gt(0).max(0.5),
  slowMilliseconds: z.number().min(1),
  dwellMinutes: z.int().min(1),
  recoveryMinutes: z.int().min(1),
  returnMinutes: z.int().min(0),
  maximumLagSeconds: z.number().min(0),
});

/** When the judge evacuates its ward and when it lets it return. */
export interface JudgeSettings {
  /** Share of probes that fail or are slow, above 0 and at most 0.5, above which a minute counts as failing. */
  readonly failingShare: number;
  /** Milliseconds after which an answer counts as slow. */
  readonly slowMilliseconds: number;
  /** Consecutive failing minutes before an evacuation; as long must the judge's own Region have been healthy. */
  readonly dwellMinutes: number;
  /** Consecutive clean minutes before an evacuated ward begins to return. */
  readonly recoveryMinutes: number;
  /** Clean minutes for which a returning ward has the first share of its clients before it has all; 0 leaves it out. */
  readonly returnMinutes: number;
  /** Age in seconds of the newest mark that has crossed, in either direction, beyond which a ward does not return. */
  readonly maximumLagSeconds: number;
}

/** What the judge learns from its environment variables. */
export interface JudgeEnvironment {
  /** Region the judge runs in, from `AWS_REGION`. */
  readonly region: string;
  /** Region it judges, from `WARD`; another one. */
  readonly ward: string;
  /** Host name that every Region shares, from `RECORD_NAME`; each also answers on `<region>.<recordName>`. */
  readonly recordName: string;
  /** Name of the application, from `APPLICATION`; the beginning of the names of its parameters. */
  readonly application: string;
  /** Name of the table in which judges agree, from `TABLE_NAME`. */
  readonly tableName: string;
  /** Consistency the table was deployed with, from `CONSISTENCY`. */
  readonly consistency: Consistency;
  /** Thresholds, from `JUDGE_SETTINGS` as JSON. */
  readonly settings: JudgeSettings;
}

/**
 * Reads the judge's environment variables.
 *
 * @throws BadInput listing every variable that is missing or wrong, so that a deployment fails at its first start.
 */
export function readJudgeEnvironment(variables: ProcessVariables): JudgeEnvironment {
  return readVariables<JudgeEnvironment>(variables, (read) => {
    const region = readRegion(read);
    requirePowertools(read);
    return {
      region,
      ward: read.parsed('WARD', 'the Region to judge, another one than the function runs in', (text) =>
        text === region ? undefined : text.trim() || undefined,
      ),
      recordName: read.text('RECORD_NAME', 'the host name that every Region shares'),
      application: read.text('APPLICATION', 'the name of the application'),
      tableName: readTableName(read),
      consistency: readConsistency(read),
      settings: read.parsed('JUDGE_SETTINGS', 'the thresholds of the judge as JSON, none left out', readSettings),
    };
  });
}

function readSettings(text: string): JudgeSettings | undefined {
  try {
    return settings.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
