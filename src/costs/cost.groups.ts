/** By what costs can be told apart. */
export const COST_GROUPS = ['day', 'type', 'category', 'channel', 'country', 'provider'] as const;
export type CostGroup = (typeof COST_GROUPS)[number];
