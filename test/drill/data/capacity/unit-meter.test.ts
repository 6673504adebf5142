import type { UnitLimit } from '../../../../lib/drill/data/capacity/capacity-definition';
import { meterOf, type UnitMeter } from '../../../../lib/drill/data/capacity/unit-meter';

const MINUTE = 60_000;

function provisioned(units: number, rest: object = {}): UnitMeter {
  return meterOf({ kind: 'provisioned', units, ...rest });
}

function onDemand(rest: Partial<UnitLimit> = {}): UnitMeter {
  return meterOf({ kind: 'on-demand', warm: 4000, most: 40_000, isOwnMost: false, ...rest } as UnitLimit);
}

/** Asks ten times a second for one tenth of a rate each, and gives the share that is let through. */
function shareLetThrough(meter: UnitMeter, rate: number, fromMs: number, toMs: number): number {
  let asked = 0;
  let through = 0;
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 100) {
    asked++;
    if (meter.shortage(nowMs)) continue;
    through++;
    meter.charge(rate / 10, nowMs);
  }
  return through / asked;
}

describe('provisioned capacity', () => {
  test('takes a burst of five minutes of what was not used, and then its rate', () => {
    const meter = provisioned(10);

    expect(shareLetThrough(meter, 20, 0, 300_000)).toBe(1);
    expect(shareLetThrough(meter, 20, 300_000, 400_000)).toBeCloseTo(0.5, 1);
    expect(meter.shortage(400_000)).toBe('ProvisionedThroughputExceeded');
  });

  test('fills up again while nothing asks, but to no more than five minutes', () => {
    const meter = provisioned(10);
    meter.charge(3000, 0);
    expect(meter.shortage(0)).toBe('ProvisionedThroughputExceeded');
    expect(meter.shortage(100)).toBeUndefined();
    meter.charge(3000, 10 * MINUTE);

    expect(meter.shortage(10 * MINUTE)).toBe('ProvisionedThroughputExceeded');
  });

  test('lets one through on credit, and nothing more until that is paid back', () => {
    const meter = provisioned(1);
    meter.charge(300 + 60, 0);

    expect(meter.shortage(59_999)).toBe('ProvisionedThroughputExceeded');
    expect(meter.shortage(60_001)).toBeUndefined();
  });

  describe('that is scaled', () => {
    const scaling = { min: 10, max: 100, target: 0.5 };

    /** Units a second that go through when everything kept for bursts is used up. */
    const capacityFrom = (meter: UnitMeter, fromMs: number): number => {
      while (!meter.shortage(fromMs)) meter.charge(100, fromMs);
      meter.charge(-100, fromMs);
      return 200 * shareLetThrough(meter, 200, fromMs, fromMs + 30_000);
    };
    const loaded = (rate: number, minutes: number, rest: object = scaling): UnitMeter => {
      const meter = provisioned(10, { scaling: rest });
      shareLetThrough(meter, rate, 0, minutes * MINUTE);
      return meter;
    };

    test('follows two minutes above its target, five minutes later', () => {
      expect(capacityFrom(loaded(10, 2), 7 * MINUTE - 30_001)).toBeCloseTo(10, -1);
      expect(capacityFrom(loaded(10, 2), 7 * MINUTE)).toBeCloseTo(20, -1);
      expect(capacityFrom(loaded(10, 1), 7 * MINUTE)).toBeCloseTo(10, -1);
    });

    test('follows fifteen minutes below it, five minutes later', () => {
      const quietFrom = 7;
      const scaledUp = (): UnitMeter => {
        const meter = loaded(10, quietFrom);
        meter.shortage(quietFrom * MINUTE);
        return meter;
      };

      expect(capacityFrom(scaledUp(), (quietFrom + 20) * MINUTE - 30_001)).toBeCloseTo(20, -1);
      expect(capacityFrom(scaledUp(), (quietFrom + 20) * MINUTE)).toBeCloseTo(10, -1);
    });

    test('stays within its bounds', () => {
      expect(capacityFrom(loaded(34, 2), 7 * MINUTE)).toBeCloseTo(68, -1);
      expect(capacityFrom(loaded(34, 2, { ...scaling, max: 50 }), 7 * MINUTE)).toBeCloseTo(50, -1);
      expect(capacityFrom(loaded(0, 60, scaling), 60 * MINUTE)).toBeCloseTo(10, -1);
    });
  });
});

describe('capacity on demand', () => {
  test('takes what a new table is warm for at once, and no more for longer than a minute', () => {
    expect(shareLetThrough(onDemand(), 4000, 0, 5 * MINUTE)).toBe(1);
    const meter = onDemand();
    shareLetThrough(meter, 8000, 0, MINUTE);

    expect(shareLetThrough(meter, 8000, MINUTE, 3 * MINUTE)).toBeCloseTo(0.5, 1);
    expect(meter.shortage(3 * MINUTE - 100)).toBe('KeyRangeThroughputExceeded');
  });

  test('takes twice the peak that it reached half an hour ago', () => {
    const peaked = (): UnitMeter => {
      const meter = onDemand();
      shareLetThrough(meter, 3000, 0, MINUTE);
      return meter;
    };
    const early = peaked();
    shareLetThrough(early, 8000, 28 * MINUTE, 29 * MINUTE);
    const late = peaked();
    shareLetThrough(late, 8000, 31 * MINUTE, 34 * MINUTE);

    expect(shareLetThrough(early, 8000, 29 * MINUTE, 31 * MINUTE)).toBeCloseTo(4000 / 8000, 1);
    expect(shareLetThrough(late, 8000, 34 * MINUTE, 36 * MINUTE)).toBeCloseTo(6000 / 8000, 1);
  });

  test('is not lowered by quiet times', () => {
    const meter = onDemand();
    shareLetThrough(meter, 3000, 0, MINUTE);

    expect(shareLetThrough(meter, 6000, 600 * MINUTE, 610 * MINUTE)).toBe(1);
  });

  test('stops at the maximum that the template sets, bursts of five minutes left aside', () => {
    const limited = onDemand({ most: 10, isOwnMost: true });
    expect(shareLetThrough(limited, 20, 0, 300_000)).toBe(1);

    expect(shareLetThrough(limited, 20, 300_000, 400_000)).toBeCloseTo(0.5, 1);
    expect(limited.shortage(400_000)).toBe('MaxOnDemandThroughputExceeded');
  });

  test('stops at the quota', () => {
    const warm = onDemand({ warm: 60_000 });
    shareLetThrough(warm, 60_000, 0, 2 * MINUTE);

    expect(shareLetThrough(warm, 60_000, 2 * MINUTE, 3 * MINUTE)).toBeCloseTo(40_000 / 60_000, 1);
    expect(warm.shortage(3 * MINUTE - 100)).toBe('AccountLimitExceeded');
  });
});
