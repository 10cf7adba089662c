import { useQueryClient } from "@tanstack/react-query";
import { type Density, useDensity } from "@/lib/density";
import { layOutView, type View, viewQueryKeys } from "./api";

/** How tightly a list is set: as the reader wished for its view, else as in this browser. */
export function useListDensity(view: View | undefined) {
  const [density, setDensity] = useDensity();
  const queryClient = useQueryClient();
  const own = view?.own.density ?? null;
  const set = (next: Density) => {
    setDensity(next);
    if (!view || own === null) return;
    const laidOut = (one: View) =>
      one.id === view.id ? { ...one, own: { ...one.own, density: next } } : one;
    queryClient.setQueryData<View[]>(viewQueryKeys.list, (held) => held?.map(laidOut));
    void layOutView(view.id, { density: next }).catch(() =>
      queryClient.invalidateQueries({ queryKey: viewQueryKeys.list }),
    );
  };
  return [own ?? density, set] as const;
}
