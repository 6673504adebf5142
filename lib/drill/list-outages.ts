import { listOutages, type Outage } from '../outages';
import { SERVICE_REACH } from './faults/service-reach';

/** The catalogue as a list for people: id, length, and whether the drill can replay it. */
export function renderOutages(): string {
  const rows = listOutages().map((outage) => {
    const length = outage.durationMinutes === null ? 'not over' : `${outage.durationMinutes} min`;
    return [outage.id, length.padStart(9), replayability(outage)];
  });
  const width = Math.max(...rows.map(([id = '']) => id.length));
  return `${rows.map(([id = '', length, can]) => `${id.padEnd(width)}  ${length}  ${can}`).join('\n')}\n`;
}

function replayability({ phases, end }: Outage): string {
  const services = new Set(phases.flatMap((phase) => phase.services));
  const unknown = [...services].filter((service) => !(service in SERVICE_REACH));
  if (end === null) return 'can be replayed for as long as --hours says';
  return unknown.length === 0 ? 'can be replayed' : `not modelled: ${unknown.join(', ')}`;
}
