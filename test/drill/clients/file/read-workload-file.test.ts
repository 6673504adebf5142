import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadInput, type Problem } from '../../../../lib/bad-input';
import { readWorkloadFile } from '../../../../lib/drill/clients/file/read-workload-file';
import schema from '../../../../lib/drill/clients/file/workload.schema.json';
import { writeFiles } from '../../../assembly/write-assembly';
import { ROOT, textOf } from '../../../helpers/source-files';

const READ = { request: { method: 'GET', path: '/orders/{id}' } };
const PLACE = {
  name: 'place',
  share: 1,
  parameters: { id: { new: 'order' } },
  request: { method: 'PUT', path: '/orders/{id}' },
  write: { identity: '{id}', into: 'orders', readBack: READ },
};
const LOOK = {
  name: 'look',
  share: 1,
  parameters: { order: { from: 'orders' } },
  request: { method: 'GET', path: '/orders/{order.id}' },
};

function read(content: unknown) {
  return readWorkloadFile(join(writeFiles({ 'workload.json': content }), 'workload.json'));
}

/** The problems of a file with these operations beside a name. */
function problemsOf(operations: unknown, rest: object = {}): readonly Problem[] {
  try {
    read({ name: 'orders', operations, ...rest });
  } catch (error) {
    if (error instanceof BadInput) return error.problems;
    throw error;
  }
  return [];
}

/** One operation like {@link PLACE}. */
const place = (rest: object): object => ({ ...PLACE, ...rest });

test('the examples in docs keep to the schema, and the page shows one of them as it is', () => {
  const examples = ['docs/examples/orders.workload.json', 'docs/examples/dispatch.workload.json'];

  for (const example of examples) {
    expect(readWorkloadFile(join(ROOT, example)).operations.length).toBeGreaterThan(3);
    const { $schema } = JSON.parse(textOf(example)) as { $schema: string };
    expect(JSON.parse(readFileSync(join(ROOT, 'docs/examples', $schema), 'utf8'))).toEqual(schema);
  }
  const [, shown = ''] =
    /<!-- orders -->\s*```json\n([\s\S]*?)```\s*<!-- end of orders -->/.exec(textOf('docs/workload.md')) ?? [];
  expect(shown).toBe(textOf('docs/examples/orders.workload.json'));
});

test('the schema says of every part what is allowed there, for messages', () => {
  const parts = (value: unknown): object[] =>
    typeof value !== 'object' || value === null ? [] : [value, ...Object.values(value).flatMap(parts)];
  const mute = parts(schema.properties)
    .concat(parts(schema.$defs))
    .filter((part) => ('type' in part || 'enum' in part) && !('description' in part));

  expect(mute).toEqual([]);
  expect(schema.$id).toBe('urn:outlast:workload:1');
});

test('a file that keeps to everything is read as it is', () => {
  const workload = { name: 'orders', host: 'orders.example.com', requestsPerSecond: 5, operations: [PLACE, LOOK] };

  expect(read(workload)).toEqual(workload);
});

describe('what is wrong', () => {
  test.each<[string, unknown, string, string, string]>([
    ['no operation', [], 'operations', '[]', 'a list of at least one operation'],
    ['a share of nothing', [place({ share: 0 })], 'operations[0].share', '0', 'a number above 0'],
    [
      'no request',
      [place({ request: undefined })],
      'operations[0].request',
      'nothing',
      'an object that describes a request',
    ],
    [
      'a method of its own',
      [place({ request: { method: 'FETCH', path: '/' } })],
      'operations[0].request.method',
      '"FETCH"',
      'GET, HEAD',
    ],
    [
      'a relative path',
      [place({ request: { method: 'GET', path: 'orders' } })],
      'operations[0].request.path',
      '"orders"',
      'starts with a slash',
    ],
    [
      'a query in the path',
      [place({ request: { method: 'GET', path: '/a?b=c' } })],
      'operations[0].request.path',
      '"/a?b=c"',
      'without query',
    ],
    [
      'an unknown field',
      [place({ shared: 1 })],
      'operations[0].shared',
      'a field that is not known there',
      'name, share',
    ],
    [
      'success that is tried again',
      [place({ success: [429] })],
      'operations[0].success[0]',
      '429',
      'from 200 to 499 but 429',
    ],
    [
      'a pointer without slash',
      [place({ expect: { id: 1 } })],
      'operations[0].expect.id',
      'the name "id"',
      'a JSON Pointer',
    ],
    [
      'an expectation of a list',
      [place({ expect: { '/id': [1] } })],
      'operations[0].expect["/id"]',
      '[1]',
      'or an object { "contains": TEXT }',
    ],
    [
      'a name with a space',
      [place({ parameters: { 'the id': { new: 'x' } } })],
      'operations[0].parameters["the id"]',
      'the name "the id"',
      'a letter, then',
    ],
    [
      'a parameter from nowhere',
      [place({ parameters: { id: {} } })],
      'operations[0].parameters.id',
      '{}',
      'an object with one source',
    ],
    [
      'a parameter from two sources',
      [place({ parameters: { id: { new: 'a', client: 'b' } } })],
      'operations[0].parameters.id',
      '{"new":"a","client":"b"}',
      'one of value, new',
    ],
    [
      'a key without count',
      [place({ parameters: { id: { key: 'sku' } } })],
      'operations[0].parameters.id.count',
      'nothing',
      'how many keys',
    ],
    [
      'a companion of another source',
      [place({ parameters: { id: { new: 'a', take: true } } })],
      'operations[0].parameters.id.take',
      'take',
      'it beside from',
    ],
    [
      'numbers the wrong way round',
      [place({ parameters: { id: { number: [2, 1] } } })],
      'operations[0].parameters.id.number',
      '[2,1]',
      'the smaller number first',
    ],
    [
      'a placeholder for nothing',
      [place({ request: { method: 'PUT', path: '/orders/{key}' } })],
      'operations[0].request',
      '{key}',
      'a parameter that is known by then: id',
    ],
    [
      'a parameter used before it is made',
      [place({ parameters: { a: { value: '{id}' }, id: { new: 'x' } } })],
      'operations[0].parameters.a',
      '{id}',
      'there is none',
    ],
    [
      'a field of what is no record',
      [place({ request: { method: 'PUT', path: '/{id.name}' } })],
      'operations[0].request',
      '{id.name}',
      'id alone: it is no record',
    ],
    [
      'a field that records lack',
      [PLACE, { ...LOOK, request: { method: 'GET', path: '/{order.total}' } }],
      'operations[1].request',
      '{order.total}',
      'a field of order: id',
    ],
    [
      'records that nobody leaves',
      [PLACE, { ...LOOK, parameters: { order: { from: 'baskets' } } }],
      'operations[1].parameters.order.from',
      '"baskets"',
      'the `into` of a write in this file, of which there are: orders',
    ],
    ['the same name twice', [PLACE, PLACE], 'operations[1].name', '"place"', 'a name of its own'],
    [
      'one identity for all writes',
      [place({ write: { identity: 'order', readBack: READ } })],
      'operations[0].write.identity',
      '"order"',
      'a text with a placeholder',
    ],
    [
      'a write that nobody reads back',
      [place({ write: { identity: '{id}' } })],
      'operations[0].write.readBack',
      'nothing',
      'how the ledger finds a write again',
    ],
  ])('%s', (_, operations, field, found, allowed) => {
    expect(problemsOf(operations)).toEqual([
      { field, found, allowed: expect.stringContaining(allowed), remedy: expect.any(String) },
    ]);
  });

  test('operations that wait for each other', () => {
    const waiting = place({ parameters: { order: { from: 'orders' }, id: { new: 'x' } } });

    expect(problemsOf([waiting]).map(({ field, found }) => [field, found])).toEqual([['operations[0]', '"place"']]);
  });

  test('of records, what one of several writes into them does not know', () => {
    const another = place({
      name: 'other',
      parameters: { key: { new: 'x' } },
      request: { method: 'PUT', path: '/{key}' },
    });
    const operations = [
      PLACE,
      {
        ...another,
        write: { ...PLACE.write, identity: '{key}', readBack: { request: { method: 'GET', path: '/{key}' } } },
      },
      LOOK,
    ];

    expect(problemsOf(operations).map(({ field, found }) => [field, found])).toEqual([
      ['operations[2].request', '{order.id}'],
    ]);
  });

  test('is said all at once, whatever it is', () => {
    const operations = [
      place({ share: -1 }),
      place({ name: 'second', request: { method: 'PUT', path: '/{nothing}' } }),
      place({ name: 'second', parameters: { id: {} } }),
    ];
    const problems = problemsOf(operations, { host: 'https://orders.example.com', name: undefined, rate: 3 });

    expect(problems.map(({ field }) => field).sort()).toEqual([
      'host',
      'name',
      'operations[0].share',
      'operations[1].request',
      'operations[2].parameters.id',
      'rate',
    ]);
  });

  test('with the file itself is laid to the command line', () => {
    const missing = () => readWorkloadFile('no/such/file.json');

    expect(missing).toThrow(
      '--workload: found "no/such/file.json", which is not there; allowed: a file that can be read',
    );
    expect(() => readWorkloadFile(tmpdir())).toThrow(', which is a directory; allowed: a file that can be read');
    expect(() => read('{\n  "name": ')).toThrow(/, with a mistake in line 2: .+; allowed: a file of JSON/);
    expect(() => read(' ')).toThrow(', which is empty; allowed: a file of JSON');
    for (const content of [[], null, 3].map((value) => JSON.stringify(value))) {
      expect(() => read(content)).toThrow(
        /the whole file: found .+; allowed: an object with at least name and operations/,
      );
    }
  });
});
