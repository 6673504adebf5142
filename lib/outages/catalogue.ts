import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput, editDistances, quoteFound } from '../bad-input';
import type { Outage } from './outage';

/** How many ids a refusal suggests. */
const SUGGESTIONS = 3;

let catalogue: readonly Outage[] | undefined;

/**
 * Every outage of the catalogue, oldest first.
 *
 * Reading takes about 3 ms. Validating against the schema takes about 250 ms, most of it compiling the schema, so a
 * test does that; here only what a hand-edited file breaks most easily is checked.
 *
 * @throws BadInput when the file is not a catalogue.
 */
export function listOutages(): readonly Outage[] {
  catalogue ??= readCatalogue(join(__dirname, 'outages.json'));
  return catalogue;
}

/**
 * The outage with an id, or with an id that starts with the given text when only one does.
 *
 * @throws BadInput naming the ids that were perhaps meant.
 */
export function findOutage(id: string): Outage {
  const outages = listOutages();
  const exact = outages.find((outage) => outage.id === id);
  const starting = id === '' ? [] : outages.filter((outage) => outage.id.startsWith(id));
  const [only] = starting;
  if (exact) return exact;
  if (only && starting.length === 1) return only;

  const meant =
    starting.length > 1
      ? starting.map((outage) => outage.id)
      : nearest(
          id,
          outages.map((outage) => outage.id),
        );
  throw new BadInput('outage catalogue', [
    {
      field: 'outage',
      found: starting.length > 1 ? `${quoteFound(id)}, with which ${starting.length} ids start` : quoteFound(id),
      allowed: 'the id of an outage, or a start that no other id shares',
      remedy: `use ${meant.join(' or ')}`,
    },
  ]);
}

/** Reads a catalogue file. */
export function readCatalogue(path: string): readonly Outage[] {
  const refuse = (field: string, found: string, allowed: string): never => {
    const remedy = 'restore the file, or validate it against outages.schema.json';
    throw new BadInput(path, [{ field, found, allowed, remedy }]);
  };
  let outages: unknown;
  try {
    outages = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    return refuse('file', (error as Error).message, 'readable JSON');
  }
  if (!Array.isArray(outages)) return refuse('file', quoteFound(outages), 'a list of outages');

  const ids = new Set<string>();
  for (const [index, outage] of (outages as Partial<Outage>[]).entries()) {
    const { id, start, end, phases } = outage ?? {};
    if (typeof id !== 'string' || ids.has(id)) return refuse(`[${index}].id`, quoteFound(id), 'an id of its own');
    ids.add(id);
    for (const instant of [start, ...(end === null ? [] : [end])]) {
      if (Number.isNaN(Date.parse(String(instant)))) return refuse(id, quoteFound(instant), 'an instant in UTC');
    }
    if (!Array.isArray(phases) || phases.length === 0) return refuse(`${id}.phases`, quoteFound(phases), 'phases');
  }
  return (outages as Outage[]).toSorted((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

/** The ids whose beginnings are nearest: what is left of a long id costs nothing. */
function nearest(id: string, ids: readonly string[]): string[] {
  return ids
    .map((candidate) => ({ candidate, distance: Math.min(...editDistances(id, candidate)) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ candidate }) => candidate);
}
