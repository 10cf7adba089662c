/** Apart from the queries, because the first load of the desk needs it. */
export const macroKeys = {
  all: ["macros"] as const,
  offered: (ticket: number, q: string) => ["macros", "offered", ticket, q] as const,
  list: (q: string) => ["macros", "list", q] as const,
  one: (id: number) => ["macros", "one", id] as const,
  preview: (id: number, ticket: number) => ["macros", "preview", id, ticket] as const,
};
