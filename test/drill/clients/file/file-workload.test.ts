import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../../../../lib/drill/api/http-event';
import { FileWorkload } from '../../../../lib/drill/clients/file/file-workload';
import type { OperationDefinition, WorkloadDefinition } from '../../../../lib/drill/clients/file/workload-definition';
import type { Operation } from '../../../../lib/drill/clients/workload';
import { RandomStream } from '../../../../lib/drill/kernel/random';
import { ROOT } from '../../../helpers/source-files';

const EPOCH_MS = Date.parse('2025-10-20T06:38:00Z');

function workloadOf(...operations: OperationDefinition[]): FileWorkload {
  return new FileWorkload({ name: 'test', operations }, new RandomStream('test'), EPOCH_MS);
}

function answer(body: unknown, status = 200): HttpAnswer {
  return { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const ASK: OperationDefinition = { name: 'ask', share: 1, request: { method: 'GET', path: '/' } };

/** A write of a value under a key, which reading shows. */
function store(rest: Partial<OperationDefinition> = {}): OperationDefinition {
  return {
    name: 'store',
    share: 1,
    parameters: { key: { value: 'k' }, value: { new: 'v' } },
    request: { method: 'PUT', path: '/{key}', body: { value: '{value}' } },
    write: {
      identity: '{key}',
      into: 'stored',
      readBack: { request: { method: 'GET', path: '/{key}' }, expect: { '/value': '{value}' } },
    },
    ...rest,
  };
}

/** What the ledger misses when every reading shows this value. */
function missing(workload: FileWorkload, value: unknown): string[] {
  return [...workload.readBacks()].flatMap(({ writes, missing: lost }) =>
    lost(answer({ value })).map((index) => writes[index]?.kind ?? ''),
  );
}

/** The value that an operation writes. */
function writtenBy({ request }: Operation): unknown {
  return (JSON.parse(request.body ?? '{}') as { value?: unknown }).value;
}

describe('a request', () => {
  const requestOf = (rest: Partial<OperationDefinition>, client = 3, nowMs = 1500) =>
    workloadOf({ ...ASK, ...rest }).next(client, nowMs).request;

  test('has its placeholders filled in, in paths escaped, in JSON with their types', () => {
    const request = requestOf({
      parameters: {
        who: { client: 'client' },
        which: { new: 'order' },
        what: { value: 'a b/c' },
        many: { number: [4, 4] },
        sure: { oneOf: [true] },
        when: { time: 'iso' },
        seconds: { time: 'epoch-seconds' },
        milliseconds: { time: 'epoch-milliseconds' },
        whole: { value: { of: '{which}', many: '{many}', text: 'no {placeholder' } },
        long: { text: 5 },
        hash: { sha256: '{long}' },
        hex: { sha256: 'x', encoding: 'hex' },
        size: { bytes: 'ä{many}' },
      },
      request: {
        method: 'POST',
        path: '/{which}/{what}',
        query: { by: '{who}' },
        headers: { 'X-Many': '{many} of {what}' },
        body: [
          '{many}',
          '{sure}',
          '{when}',
          '{seconds}',
          '{milliseconds}',
          '{whole}',
          '{hash}',
          '{hex}',
          '{size}',
          '{long}',
        ],
      },
    });

    expect(request).toMatchObject({
      method: 'POST',
      path: '/order-1/a%20b%2Fc',
      query: { by: 'client-3' },
      headers: { 'x-many': '4 of a b/c' },
    });
    expect(JSON.parse(request.body ?? '')).toEqual([
      4,
      true,
      '2025-10-20T06:38:01.500Z',
      EPOCH_MS / 1000 + 1,
      EPOCH_MS + 1500,
      { of: 'order-1', many: 4, text: 'no {placeholder' },
      '6vFrwHlo4BPz+UqxNCRyQ0o5/DR18RzzQabDlll0+Ok=',
      '2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881',
      3,
      'xxxxx',
    ]);
  });

  test('has a body of text as it is written, or none', () => {
    expect(requestOf({ request: { method: 'POST', path: '/', body: 'a=1' } }).body).toBe('a=1');
    expect(requestOf({})).not.toHaveProperty('body');
  });

  test('keeps new identifiers apart, and draws keys from as many as there are', () => {
    const parameters = { id: { new: 'x' }, key: { key: 'sku', count: 3 } } as const;
    const workload = workloadOf({ ...ASK, parameters, request: { method: 'GET', path: '/{id}/{key}' } });
    const paths = Array.from({ length: 60 }, (_, client) => workload.next(client, 0).request.path.split('/'));

    expect(new Set(paths.map(([, id]) => id)).size).toBe(60);
    expect([...new Set(paths.map(([, , key]) => key))].sort()).toEqual(['sku-0', 'sku-1', 'sku-2']);
  });
});

test('operations are drawn by their shares, those that lack records never', () => {
  const look: OperationDefinition = {
    ...ASK,
    name: 'look',
    share: 1000,
    parameters: { found: { from: 'stored' } },
    request: { method: 'GET', path: '/{found.key}/{found.value}' },
  };
  const workload = workloadOf({ ...ASK, share: 3 }, store(), look);
  const drawn = Array.from({ length: 4000 }, () => workload.next(1, 0));
  const asks = drawn.filter(({ kind }) => kind === 'ask').length;

  expect(drawn.some(({ kind }) => kind === 'look')).toBe(false);
  expect(asks / 4000).toBeCloseTo(0.75, 1);
  const written = drawn.find(({ kind }) => kind === 'store') as Operation;
  written.accept(answer({}), 5);

  expect(workload.next(1, 6)).toMatchObject({ kind: 'look', request: { path: `/k/${writtenBy(written)}` } });
  expect(workload.next(2, 6).kind).not.toBe('look');
});

describe('records', () => {
  const take = (rest: object): OperationDefinition => ({
    ...ASK,
    name: 'take',
    share: 1000,
    parameters: { found: { from: 'stored', ...rest } },
    request: { method: 'GET', path: '/{found.value}' },
  });

  test('may be of anyone, and taken once and for all', () => {
    const workload = workloadOf(store(), take({ by: 'anyone', take: true }));
    workload.next(1, 0).accept(answer({}), 1);

    expect(workload.next(2, 2)).toMatchObject({ kind: 'take', request: { path: '/v-1' } });
    expect([1, 2, 3].map((client) => workload.next(client, 3).kind)).toEqual(['store', 'store', 'store']);
  });

  test('hold what was remembered from the answer', () => {
    const workload = workloadOf(
      store({
        parameters: { key: { value: 'k' } },
        request: { method: 'POST', path: '/' },
        remember: { value: '/made/0/id' },
      }),
      take({}),
    );

    expect(workload.next(1, 0).accept(answer({ made: [] }), 1)).toBe('an answer without /made/0/id');
    expect(workload.next(1, 0).accept(answer({ made: [{ id: 'from-server' }] }), 1)).toBeUndefined();
    expect(workload.next(1, 2).request.path).toBe('/from-server');
    expect(missing(workload, 'from-server')).toEqual([]);
    expect(missing(workload, 'other')).toEqual(['store']);
  });
});

describe('an answer', () => {
  const judge = (rest: Partial<OperationDefinition>, given: HttpAnswer): string | undefined =>
    workloadOf({ ...ASK, ...rest })
      .next(1, 0)
      .accept(given, 1);

  test.each<[string, Partial<OperationDefinition>, HttpAnswer, string | undefined]>([
    ['is right with any 2xx', {}, answer('no JSON', 204), undefined],
    ['is wrong with anything else', {}, answer('', 404), '404'],
    ['is right with what is named', { success: [404] }, answer('', 404), undefined],
    ['is wrong with 2xx that is not named', { success: [201] }, answer('', 200), '200'],
    ['must show what is expected', { expect: { '/a/b': 1 } }, answer({ a: { b: 1 } }), undefined],
    [
      'must not show something else',
      { expect: { '/a/b': 1 } },
      answer({ a: { b: '1' } }),
      'an answer with another /a/b',
    ],
    ['must be JSON then', { expect: { '/a': 1 } }, answer('a=1'), 'an answer with another /a'],
    ['may show a text within another', { expect: { '/a': { contains: 'b' } } }, answer({ a: 'abc' }), undefined],
    ['may show an element of a list', { expect: { '/a': { contains: '1' } } }, answer({ a: [2, 1] }), undefined],
    ['must show it there', { expect: { '/a': { contains: 'd' } } }, answer({ a: 'abc' }), 'an answer with another /a'],
    ['is led to by escapes', { expect: { '/a~1b/~0c': null } }, answer({ 'a/b': { '~c': null } }), undefined],
  ])('%s', (_, rest, given, wrong) => {
    expect(judge(rest, given)).toBe(wrong);
  });

  test('of any status is for the workload to judge', () => {
    expect(workloadOf(ASK).next(1, 0).isAnswer?.(404)).toBe(true);
  });
});

describe('what got no answer', () => {
  test('is tried again before anything new when it is a write, with the same request', () => {
    const workload = workloadOf({ ...ASK, share: 1000 }, store());
    const write = firstOf(workload, 'store');
    write.abandon();
    const again = workload.next(1, 1000);

    expect(again.request).toEqual(write.request);
    expect(workload.next(2, 1000).kind).toBe('ask');
    again.accept(answer({}), 1100);
    expect(workload.next(1, 2000).kind).toBe('ask');
    expect(workload.acknowledgedWrites).toBe(1);
  });

  test('is tried again after something else, or never, when the file says so', () => {
    const later = workloadOf({ ...ASK, share: 1000 }, store({ repeat: 'later' }));
    const write = firstOf(later, 'store');
    write.abandon();
    expect([later.next(1, 1), later.next(1, 2)].map(({ kind }) => kind)).toEqual(['ask', 'store']);
    const never = workloadOf({ ...ASK, share: 1000 }, store({ repeat: 'never' }));
    firstOf(never, 'store').abandon();

    expect([never.next(1, 1), never.next(1, 2)].map(({ kind }) => kind)).toEqual(['ask', 'ask']);
  });

  test('is not tried again once it was refused', () => {
    const workload = workloadOf({ ...ASK, share: 1000 }, store());
    const write = firstOf(workload, 'store');
    expect(write.accept(answer('', 409), 5)).toBe('409');
    write.abandon();

    expect(workload.next(1, 1000).kind).toBe('ask');
  });
});

/** The first operation of a kind, when others are far more frequent. */
function firstOf(workload: FileWorkload, kind: string): Operation {
  for (let i = 0; i < 1e8; i++) {
    const operation = workload.next(1, 0);
    if (operation.kind === kind) return operation;
  }
  throw new Error(`no ${kind}`);
}

describe('the ledger', () => {
  test('misses an acknowledged write that is not shown, and nothing that was never acknowledged', () => {
    const workload = workloadOf(store());
    const first = workload.next(1, 0);
    expect([...workload.readBacks()]).toEqual([]);
    first.accept(answer({}), 10);

    expect(missing(workload, writtenBy(first))).toEqual([]);
    expect(missing(workload, 'other')).toEqual(['store']);
    expect([...workload.readBacks()][0]).toMatchObject({
      request: { method: 'GET', path: '/k' },
      writes: [{ kind: 'store', acknowledgedMs: 10 }],
    });
  });

  test('counts a write once, however often it is acknowledged', () => {
    const workload = workloadOf(store());
    const write = workload.next(1, 0);
    write.accept(answer({}), 10);
    write.accept(answer({}), 20);

    expect(workload.acknowledgedWrites).toBe(1);
    expect([...workload.readBacks()][0]?.writes).toEqual([{ kind: 'store', acknowledgedMs: 10 }]);
  });

  test('wants the last of several writes to one identity, in the order of their acknowledgements', () => {
    const workload = workloadOf(store());
    const first = workload.next(1, 0);
    first.accept(answer({}), 10);
    const second = workload.next(2, 11);
    second.accept(answer({}), 20);

    expect(missing(workload, writtenBy(second))).toEqual([]);
    expect(missing(workload, writtenBy(first))).toEqual(['store']);
    expect(workload.acknowledgedWrites).toBe(2);
  });

  test('takes either of two that were under way together', () => {
    const workload = workloadOf(store());
    const [first, second] = [workload.next(1, 0), workload.next(2, 5)];
    first.accept(answer({}), 10);
    second.accept(answer({}), 20);

    expect(missing(workload, writtenBy(first))).toEqual([]);
    expect(missing(workload, writtenBy(second))).toEqual([]);
    expect(missing(workload, 'other')).toEqual(['store']);
  });

  test('takes one of which nobody knows whether it happened after the last that was acknowledged', () => {
    const workload = workloadOf(store({ repeat: 'never' }));
    const known = workload.next(1, 0);
    known.accept(answer({}), 10);
    const unknown = workload.next(2, 20);
    unknown.abandon();

    expect(missing(workload, writtenBy(known))).toEqual([]);
    expect(missing(workload, writtenBy(unknown))).toEqual([]);
  });

  test('asks once for what one reading shows', () => {
    const part = (name: string): OperationDefinition =>
      store({
        name,
        parameters: { value: { value: name } },
        request: { method: 'PUT', path: `/k/${name}` },
        write: {
          identity: `${name} of {value}`,
          readBack: { request: { method: 'GET', path: '/k' }, expect: { [`/${name}`]: '{value}' } },
        },
      });
    const workload = workloadOf(part('a'), part('b'));
    for (const kind of ['a', 'b']) firstOf(workload, kind).accept(answer({}), 10);
    const [reading, ...others] = [...workload.readBacks()];
    const kinds = reading?.writes.map(({ kind }) => kind) ?? [];
    const lost = (shown: HttpAnswer): unknown => reading?.missing(shown).map((index) => kinds[index]);

    expect(others).toEqual([]);
    expect([...kinds].sort()).toEqual(['a', 'b']);
    expect(lost(answer({ a: 'a', b: 'c' }))).toEqual(['b']);
    expect(lost(answer('', 404))).toEqual(kinds);
  });

  test('finds a deletion by what is not there any more', () => {
    const erase = store({
      name: 'erase',
      request: { method: 'DELETE', path: '/{key}' },
      write: { identity: '{key}', readBack: { request: { method: 'GET', path: '/{key}' }, success: [404] } },
    });
    const workload = workloadOf(store(), erase);
    firstOf(workload, 'store').accept(answer({}), 10);
    const erased = firstOf(workload, 'erase');
    erased.accept(answer({}), 30);
    const [reading] = [...workload.readBacks()];

    expect(reading?.missing(answer('', 404))).toEqual([]);
    expect(reading?.writes).toMatchObject([{ kind: 'erase' }]);
  });
});

describe('an upload', () => {
  const upload: OperationDefinition = {
    ...ASK,
    name: 'photo',
    parameters: { id: { new: 'photo' }, picture: { value: 'picture of {id}' } },
    request: { method: 'POST', path: '/{id}' },
    upload: {
      url: '/url',
      headers: '/headers',
      body: '{picture}',
      readBack: { request: { method: 'GET', path: '/{id}' }, expect: { '/key': { contains: '{id}' } } },
    },
  };
  const allowed = answer({ url: 'https://bucket.example.com/1', headers: { a: 'b' } });

  test('goes where the answer says, and counts once the bucket has it', () => {
    const workload = workloadOf(upload);
    const operation = workload.next(1, 0);
    expect(operation.accept(allowed, 5)).toBeUndefined();
    expect(operation.upload?.request(allowed)).toEqual({
      url: 'https://bucket.example.com/1',
      headers: { a: 'b' },
      body: 'picture of photo-1',
    });
    expect(workload.acknowledgedObjects).toBe(0);
    operation.upload?.acknowledge(9);
    const [reading] = [...workload.objectReadBacks()];

    expect(workload.acknowledgedObjects).toBe(1);
    expect(reading?.writes).toEqual([{ kind: 'photo', acknowledgedMs: 9 }]);
    expect(reading?.missing(answer({ key: 'x/photo-1.jpg' }))).toEqual([]);
    expect(reading?.missing(answer({ key: 'x/photo-2.jpg' }))).toEqual([0]);
    expect(workload.next(1, 10).request.path).toBe('/photo-2');
  });

  test('without a URL is not done, and one that fails is tried again after something else', () => {
    expect(workloadOf(upload).next(1, 0).accept(answer({}), 5)).toBe('an answer without /url');
    const workload = workloadOf({ ...ASK, share: 1000 }, upload);
    const operation = firstOf(workload, 'photo');
    operation.accept(allowed, 5);
    operation.abandon();

    expect([workload.next(1, 6), workload.next(1, 7)].map(({ kind }) => kind)).toEqual(['ask', 'photo']);
  });
});

test('one seed gives one workload, another one another', () => {
  const definition = JSON.parse(
    readFileSync(join(ROOT, 'docs/examples/dispatch.workload.json'), 'utf8'),
  ) as WorkloadDefinition;
  const day = (seed: string): unknown[] => {
    const workload = new FileWorkload(definition, new RandomStream(seed), EPOCH_MS);
    return Array.from({ length: 50 }, (_, index) => workload.next(index % 5, 1000 * index).request);
  };

  expect(day('a')).toEqual(day('a'));
  expect(day('a')).not.toEqual(day('b'));
});
