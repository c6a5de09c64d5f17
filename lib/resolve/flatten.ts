/**
 * Merging simple FROM subqueries and views into the query around them.
 */
import type { Query } from './ir';

export const flattenQuery = (query: Query): Query => query;
