import fc from 'fast-check';
import { extended } from '../../../lib/drill/kernel/extended';

test('makes what a literal of both spreads makes, in the same order, and leaves both alone', () => {
  const objects = fc.dictionary(fc.constantFrom('a', 'b', 'c', '1', '2'), fc.anything());
  fc.assert(
    fc.property(objects, objects, (base, more) => {
      const [before, after] = [Object.entries(base), Object.entries(more)];

      expect(Object.entries(extended(base, more))).toEqual(Object.entries({ ...base, ...more }));
      expect([Object.entries(base), Object.entries(more)]).toEqual([before, after]);
    }),
  );
});
