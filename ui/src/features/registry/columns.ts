// The columns of a registry's table, and the two orders of those that can be sorted by. Pure.

import type { RegistryOrder, RegistryState } from '../../lib/ipc/client';

export type Column = { id: string; label: string; numeric?: boolean; orders?: readonly [RegistryOrder, RegistryOrder] };

/** Of two orders the first is the usual one. */
export const COLUMNS: readonly Column[] = [
  { id: 'name', label: 'Name', orders: ['name', 'name_back'] },
  { id: 'newest', label: 'Newest', numeric: true },
  { id: 'status', label: 'Status' },
  { id: 'effect', label: 'Effect' },
  { id: 'in_force', label: 'In force', numeric: true },
  { id: 'tier', label: 'Tier', orders: ['highest_tier', 'lowest_tier'] },
  { id: 'versions', label: 'Versions', numeric: true, orders: ['most_versions', 'fewest_versions'] },
  { id: 'author', label: 'Author' },
  { id: 'age', label: 'Age', numeric: true, orders: ['newest', 'oldest'] },
];

/** What stands in `aria-sort`: an age grows downwards where the newest stands first. */
const ASCENDING: readonly RegistryOrder[] = ['name', 'newest', 'fewest_versions', 'lowest_tier'];

export function sorted(column: Column, order: RegistryOrder): 'ascending' | 'descending' | undefined {
  if (!column.orders?.includes(order)) return undefined;
  return ASCENDING.includes(order) ? 'ascending' : 'descending';
}

/** The order that a press on a column's head asks for. */
export function pressed({ orders }: Column, order: RegistryOrder): RegistryOrder | undefined {
  return orders && (order === orders[0] ? orders[1] : orders[0]);
}

export const STATES: readonly { value: RegistryState; text: string }[] = [
  { value: 'in_force', text: 'A version in force' },
  { value: 'not_in_force', text: 'None in force' },
  { value: 'waiting', text: 'Waiting for a decision' },
  { value: 'rejected', text: 'Rejected' },
  { value: 'ended', text: 'Lapsed, revoked or void' },
];
