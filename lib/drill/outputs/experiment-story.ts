import type { ExperimentReport } from '../report/experiment-report';
import { describeTurns, hasTurned } from '../report/render-dns';
import { experimentCommand } from '../report/render-experiment';
import { duration } from '../report/render-values';
import type { FailureCause } from '../verdict/client-score';
import { type Expectation, expectationList } from './expectations';
import { causeLine } from './story';

/**
 * The story of an experiment in five lines: what became of it, what was asked and what was reached, whom it hit and how, what alarms and DNS
 * did, and the command that repeats it.
 *
 * @param twist What stands before the list of what was asked. @default - nothing
 */
export function tellExperiment(report: ExperimentReport, expectations: readonly Expectation[], twist = ''): string {
  return [
    experimentLine(report),
    `asked: ${twist}${expectationList(expectations)}`,
    causeLine(report, describeCause),
    alarmLine(report),
    `replay: ${experimentCommand(report)}`,
  ].join('\n');
}

function experimentLine({ experiment, outcome, profile, seed }: ExperimentReport): string {
  const { name, region } = experiment;
  const { status, reason, endedSeconds, actions } = outcome;
  const what = actions.map(({ actionId }) => actionId).join(', ');
  const why = reason === undefined ? '' : ` (${reason.replace(/\.$/, '')})`;
  return `experiment: ${name} in ${region} (${what}) is ${status} after ${duration(endedSeconds)}${why}, ${profile} consistency, seed ${seed}`;
}

function describeCause({ phaseId, region, failure, firstSeconds, lastSeconds }: FailureCause): string {
  const what = phaseId === undefined ? 'nothing that the drill can name' : `action ${phaseId}`;
  const where = region === undefined ? 'found no address' : `met ${failure} in ${region}`;
  return `${what}: clients ${where} between ${duration(firstSeconds)} and ${duration(lastSeconds)}`;
}

function alarmLine({ experiment, recovery, alarms, outcome, dns, durationSeconds }: ExperimentReport): string {
  const { detectedSeconds } = recovery;
  const { region } = experiment;
  const moved =
    detectedSeconds === null
      ? `clients of ${region} were not moved to another Region`
      : `clients were moved away from ${region} after ${duration(detectedSeconds)}`;
  const others = dns.filter((one) => one.region !== region && hasTurned(one));
  const elsewhere = others.length === 0 ? '' : `; ${describeTurns(others, durationSeconds)}`;
  const rang = alarms.filter(({ state }) => state === 'ALARM').length;
  const stop = outcome.stopAlarms.find(({ rangSeconds }) => rangSeconds !== null);
  const stopped = stop ? `; ${stop.alarm} rang after ${duration(stop.rangSeconds ?? 0)} and stopped it` : '';
  return `DNS and alarms: ${moved}${elsewhere}; ${rang === 0 ? 'no alarm' : `${rang} ${rang === 1 ? 'alarm' : 'alarms'}`} rang${stopped}`;
}
