/** A plan of a grouped question that no text was parsed for: what a test does not say is empty. */
import type { Plan } from '../../src/query/plan.ts';

export function groupedPlan(said: Partial<Plan>): Plan {
  return {
    sql: 'test',
    format: { name: 'csv', columns: [], open: false, records: 'lines', dialect: null },
    columns: [],
    filter: null,
    shape: 'grouped',
    keys: [],
    aggregates: [],
    outputs: [],
    having: null,
    orderBy: [],
    limit: null,
    offset: 0,
    ...said,
  };
}
