/**
 * TypeORM answers a statement that ends in UPDATE or DELETE with `[rows, count]`, any other with `rows`.
 * This reads both.
 */
export function rowsOf<Row>(answer: unknown): Row[] {
  const list = answer as unknown[];
  return (Array.isArray(list[0]) && typeof list[1] === 'number' ? list[0] : list) as Row[];
}
