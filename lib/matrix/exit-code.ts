import type { MatrixRow } from './matrix-report';

/**
 * The exit code of a matrix: 1 when objectives were missed anywhere, otherwise 2 when a row is not modelled, so that nothing is known of it,
 * and else 0. What is out of reach, or declares no objectives, misses none.
 */
export function exitCodeOf(rows: readonly MatrixRow[]): 0 | 1 | 2 {
  if (rows.some(({ verdict }) => verdict?.objectives.met === false)) return 1;
  return rows.some(({ outcome }) => outcome === 'not-modelled') ? 2 : 0;
}
