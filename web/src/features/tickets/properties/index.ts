import type { Property, PropertyName } from "./property";
import { properties } from "./table";

export type { Lists, Property, PropertyEdit, PropertyName, Shown } from "./property";

/** The table for those who walk it, or look a name up that may be anything. */
export const table: Readonly<Record<PropertyName, Property>> = properties;
export const propertyNames = Object.keys(table) as PropertyName[];

/** The property of a name that history or a live frame tells; undefined for what is none. */
export function propertyOf(name: string): Property | undefined {
  return (table as Record<string, Property>)[name];
}

type WithFilter = {
  [N in PropertyName]: (typeof properties)[N] extends { filter: { key: infer K } } ? K : never;
}[PropertyName];

/** A filter by its name in the URL. */
export type FilterKey = WithFilter;

const byOrder = (order: (property: Property) => number | undefined): PropertyName[] =>
  propertyNames
    .filter((name) => order(table[name]) !== undefined)
    .sort((one, other) => (order(table[one]) ?? 0) - (order(table[other]) ?? 0));

export const headNames = byOrder(({ place }) => (place?.at === "head" ? place.order : undefined));
export const detailNames = byOrder(({ place }) =>
  place?.at === "details" ? place.order : undefined,
);
export const bulkNames = byOrder(({ bulk }) => bulk?.order);

/** The filters in the order of the menu, each with the name of its property. */
export const filters = byOrder(({ filter }) => filter?.order).map((name) => {
  const filter = table[name].filter as NonNullable<Property["filter"]>;
  return { ...filter, key: filter.key as FilterKey, name };
});
export const filterKeys: readonly FilterKey[] = filters.map(({ key }) => key);
export const filterOf = (key: FilterKey) =>
  filters.find((one) => one.key === key) as (typeof filters)[number];
