import { type ComponentProps, lazy, Suspense } from "react";

/** Outside of the first load: most lists have no columns of their own. */
const Heads = lazy(async () => ({ default: (await import("./ColumnCells")).ColumnHeads }));
const Cells = lazy(async () => ({ default: (await import("./ColumnCells")).ColumnCells }));
const Facts = lazy(() => import("@/ui/ticketColumns/ColumnFacts"));

/** Room for columns that are still coming. */
const room = (columns: readonly string[]) => columns.map((key) => <span key={key} />);

export const ColumnHeads = (props: ComponentProps<typeof Heads>) => (
  <Suspense fallback={room(props.columns)}>
    <Heads {...props} />
  </Suspense>
);

export const ColumnCells = (props: ComponentProps<typeof Cells>) => (
  <Suspense fallback={room(props.columns)}>
    <Cells {...props} />
  </Suspense>
);

export const ColumnFacts = (props: ComponentProps<typeof Facts>) => (
  <Suspense fallback={null}>
    <Facts {...props} />
  </Suspense>
);
