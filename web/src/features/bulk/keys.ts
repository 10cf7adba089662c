/** Where what is known of bulk changes is kept. */
export const bulkKeys = {
  all: ["bulk"] as const,
  lists: ["bulk", "list"] as const,
  run: (id: number) => ["bulk", "run", id] as const,
};
