import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { BadInput } from '../../lib/bad-input';
import { findOutage, listOutages } from '../../lib/outages';
import { readCatalogue } from '../../lib/outages/catalogue';

const DIRECTORY = join(__dirname, '../../lib/outages');
const readJson = (name: string) => JSON.parse(readFileSync(join(DIRECTORY, name), 'utf8'));

function refusalOf(act: () => unknown): BadInput {
  try {
    act();
  } catch (error) {
    if (error instanceof BadInput) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the outage catalogue', () => {
  const ajv = addFormats(new Ajv2020({ allErrors: true, strict: true }));
  const validate = ajv.compile(readJson('outages.schema.json'));

  test('is what its schema says', () => {
    validate(readJson('outages.json'));

    expect(validate.errors).toBeNull();
  });

  test('has a schema that refuses a wrong unit, an unknown member and a missing one', () => {
    const [first, ...others] = readJson('outages.json');
    const [phase, ...phases] = first.phases;
    const { plane: _, ...withoutPlane } = phase;
    const model = { value: 1, unit: 'hours' };
    const wrong = [withoutPlane, { ...phase, extra: 1 }, { ...phase, effect: { ...phase.effect, model } }];

    for (const replacement of wrong) {
      expect(validate([{ ...first, phases: [replacement, ...phases] }, ...others])).toBe(false);
    }
  });

  test('holds no outage twice, the oldest first, and counts them in its README', () => {
    const outages = listOutages();
    const starts = outages.map(({ start }) => start);

    expect(new Set(outages.map(({ id }) => id)).size).toBe(outages.length);
    expect(starts).toEqual([...starts].sort());
    expect(readFileSync(join(DIRECTORY, 'README.md'), 'utf8')).toContain(`${outages.length} outages from 2017 to 2026`);
  });

  test('agrees with itself on times', () => {
    for (const { id, start, end, durationMinutes, phases } of listOutages()) {
      const minutes = end === null ? null : (Date.parse(end) - Date.parse(start)) / 60_000;
      expect([id, durationMinutes]).toEqual([id, minutes]);
      for (const phase of phases) {
        expect([id, phase.id, phase.start >= start]).toEqual([id, phase.id, true]);
        expect([id, phase.id, phase.end === null || phase.end > phase.start]).toEqual([id, phase.id, true]);
      }
    }
  });

  test('names in its replays only phases that it has', () => {
    for (const { id, phases, replay } of listOutages()) {
      const known = phases.map((phase) => phase.id);
      for (const action of replay.fis) expect([id, known]).toEqual([id, expect.arrayContaining([...action.phases])]);
    }
  });
});

describe('finding an outage', () => {
  test('answers to an id, and to a start that only one id has', () => {
    const id = 'aws-2025-10-20-dynamodb-dns-us-east-1';

    expect(findOutage(id).id).toBe(id);
    expect(findOutage('aws-2025-10').id).toBe(id);
    expect(findOutage('fastly').title).toBe(findOutage('fastly-2021-06-08-global').title);
  });

  test('refuses a start that several ids share and names them', () => {
    const { problems } = refusalOf(() => findOutage('aws-2021-12'));

    expect(problems[0]).toMatchObject({ field: 'outage', found: '"aws-2021-12", with which 3 ids start' });
    expect(problems[0]?.remedy).toBe(
      'use aws-2021-12-07-internal-network-us-east-1 or aws-2021-12-15-backbone-us-west or aws-2021-12-22-power-use1-az4',
    );
  });

  test('refuses an unknown id and suggests the nearest', () => {
    const { problems } = refusalOf(() => findOutage('aws-2025-10-02-dynamo'));

    expect(problems[0]?.remedy).toMatch(/^use aws-2025-10-20-dynamodb-dns-us-east-1 or /);
    expect(refusalOf(() => findOutage('')).problems[0]?.found).toBe('""');
  });
});

describe('reading a catalogue', () => {
  const directory = mkdtempSync(join(tmpdir(), 'outlast-catalogue-'));
  const path = join(directory, 'outages.json');
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const entry = { id: 'a', start: '2021-01-01T00:00:00Z', end: null, phases: [{}] };

  test.each([
    ['text that is no JSON', 'nonsense', 'file'],
    ['an object', '{}', 'file'],
    ['an entry without an id', JSON.stringify([{}]), '[0].id'],
    ['an id used twice', JSON.stringify([entry, entry]), '[1].id'],
    ['an instant that is none', JSON.stringify([{ ...entry, end: 'noon' }]), 'a'],
    ['an entry without phases', JSON.stringify([{ ...entry, phases: [] }]), 'a.phases'],
    ['null', 'null', 'file'],
    ['a list of null', '[null]', '[0].id'],
  ])('refuses %s', (_, text, field) => {
    writeFileSync(path, text);

    expect(refusalOf(() => readCatalogue(path)).problems[0]?.field).toBe(field);
  });

  test('refuses a file that is not there', () => {
    expect(refusalOf(() => readCatalogue(join(directory, 'none.json'))).problems[0]?.found).toContain('ENOENT');
  });
});
